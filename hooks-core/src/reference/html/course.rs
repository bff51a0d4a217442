//! A picture of when the hooks of a spec are called.

use maud::{Markup, html};

use super::super::SpecReference;
use super::site::Site;

/// In which order the hooks of a spec are called, for a picture of it on the page.
///
/// It goes downwards, a step after the other. Each hook in it links to what is said of it.
///
/// ```
/// use hooks_core::reference::Course;
///
/// let course = Course::new("The way of a dish")
///     .always("on_order", "once per dish")
///     .sometimes("on_burnt", "when nobody looks")
///     .either([("on_served", "the guest has it"), ("on_spoilt", "nobody has")])
///     .again("on_spoilt", "on_order", "another try");
/// assert!(course.hooks().eq(["on_order", "on_burnt", "on_served", "on_spoilt"]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    title: String,
    steps: Vec<Step>,
    returns: Vec<Return>,
}

/// Hooks of which one is called; most often there is but one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    stops: Vec<Stop>,
    /// Whether it may be left out.
    sometimes: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Stop {
    hook: String,
    note: String,
}

/// A way back to where the course has been.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Return {
    from: String,
    to: String,
    note: String,
}

impl Course {
    /// A course without steps, under this title.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), steps: Vec::new(), returns: Vec::new() }
    }

    /// The same, and then this hook is called. The note says how often or why, in a few words; it
    /// may be empty.
    #[must_use]
    pub fn always(self, hook: &str, note: &str) -> Self {
        self.step([(hook, note)], false)
    }

    /// The same, and then it may be that this hook is called.
    #[must_use]
    pub fn sometimes(self, hook: &str, note: &str) -> Self {
        self.step([(hook, note)], true)
    }

    /// The same, and then one of two hooks is called.
    #[must_use]
    pub fn either(self, hooks: [(&str, &str); 2]) -> Self {
        self.step(hooks, false)
    }

    /// The same, and from the hook `from` it may go on with the hook `to`, which was called before.
    #[must_use]
    pub fn again(mut self, from: &str, to: &str, note: &str) -> Self {
        let [from, to, note] = [from, to, note].map(str::to_owned);
        self.returns.push(Return { from, to, note });
        self
    }

    /// The hooks in it, in order.
    pub fn hooks(&self) -> impl Iterator<Item = &str> {
        self.stops().map(|(_, stop)| &*stop.hook)
    }

    fn step<const N: usize>(mut self, stops: [(&str, &str); N], sometimes: bool) -> Self {
        let stop =
            |(hook, note): (&str, &str)| Stop { hook: hook.to_owned(), note: note.to_owned() };
        self.steps.push(Step { stops: stops.map(stop).into(), sometimes });
        self
    }

    fn stops(&self) -> impl Iterator<Item = (&Step, &Stop)> {
        self.steps.iter().flat_map(|step| step.stops.iter().map(move |stop| (step, stop)))
    }
}

// All lengths are pixels: the picture is as wide as a telephone, and is not scaled up.
const WIDTH: usize = 340;
/// Where ways back run, right of everything else.
const LANE: usize = 34;
const BOX_HEIGHT: usize = 48;
const GAP: usize = 26;
/// What a letter of a name takes at most, and of a note, which is not monospaced.
const LETTER: usize = 8;

/// Where a stop stands.
#[derive(Clone, Copy)]
struct Place {
    left: usize,
    top: usize,
    width: usize,
}

impl Place {
    fn middle(self) -> usize {
        self.left + self.width / 2
    }

    fn right(self) -> usize {
        self.left + self.width
    }

    fn bottom(self) -> usize {
        self.top + BOX_HEIGHT
    }
}

/// Where the stop stands that is the `column`th of `columns` of a step.
fn place(row: usize, column: usize, columns: usize) -> Place {
    let room = WIDTH - LANE;
    let between = 10;
    let width = match columns {
        1 => 236,
        columns => (room - 2 - between * (columns - 1)) / columns,
    };
    let all = width * columns + between * (columns - 1);
    let left = (room - all) / 2 + column * (width + between);
    Place { left, top: 1 + row * (BOX_HEIGHT + GAP), width }
}

/// The picture, and beside it the same in words.
pub(super) fn figure(
    site: &Site<'_>,
    number: usize,
    spec: &SpecReference,
    course: &Course,
) -> Markup {
    html! {
        figure.course {
            figcaption {
                strong { (course.title) }
                @if course.steps.iter().any(|step| step.sometimes) {
                    span.quiet { "What is dashed is not always called." }
                }
            }
            div.sides {
                (drawing(site, number, spec, course))
                (words(site, number, spec, course))
            }
        }
    }
}

fn drawing(site: &Site<'_>, number: usize, spec: &SpecReference, course: &Course) -> Markup {
    let height = (course.steps.len() * (BOX_HEIGHT + GAP)).saturating_sub(GAP) + 2;
    html! {
        svg role="group" aria-label={ (course.title) ", as a picture" } width=(WIDTH) height=(height)
            viewBox={ "0 0 " (WIDTH) " " (height) } {
            @for (row, pair) in course.steps.windows(2).enumerate() {
                (arrows(row, &pair[0], &pair[1]))
            }
            @for way in &course.returns { (way_back(course, way)) }
            @for (row, step) in course.steps.iter().enumerate() {
                @for (column, stop) in step.stops.iter().enumerate() {
                    @let place = place(row, column, step.stops.len());
                    @if spec.hook(&stop.hook).is_some() {
                        a href={ "#" (site.anchor(number, &stop.hook)) } {
                            (drawn(stop, place, step.sometimes))
                        }
                    } @else {
                        (drawn(stop, place, step.sometimes))
                    }
                }
            }
        }
    }
}

fn drawn(stop: &Stop, place: Place, sometimes: bool) -> Markup {
    let Place { left, top, width } = place;
    let name = if stop.note.is_empty() { top + 29 } else { top + 21 };
    let squeezed = |text: &str| (text.chars().count() * LETTER > width).then_some(width - 12);
    html! {
        rect.sometimes[sometimes] x=(left) y=(top) width=(width) height=(BOX_HEIGHT) rx="5" {}
        text.name x=(place.middle()) y=(name) textLength=[squeezed(&stop.hook)]
            lengthAdjust="spacingAndGlyphs" { (stop.hook) }
        @if !stop.note.is_empty() {
            text x=(place.middle()) y=(top + 38) textLength=[squeezed(&stop.note)]
                lengthAdjust="spacingAndGlyphs" { (stop.note) }
        }
    }
}

/// From each stop of a step to each of the next one.
fn arrows(row: usize, step: &Step, next: &Step) -> Markup {
    let places = |row, step: &Step| {
        let columns = step.stops.len();
        (0..columns).map(move |column| place(row, column, columns)).collect::<Vec<_>>()
    };
    let below = places(row + 1, next);
    html! {
        @for from in places(row, step) {
            @for to in &below {
                @let (half, end) = (from.bottom() + GAP / 2, to.top - 1);
                path.way d={
                    "M" (from.middle()) " " (from.bottom()) "V" (half) "H" (to.middle()) "V" (end)
                } {}
                path.head d={ "M" (to.middle() - 4) " " (end - 6) "l4 6l4 -6z" } {}
            }
        }
    }
}

/// From one stop up to another, along the right side.
fn way_back(course: &Course, way: &Return) -> Markup {
    let find = |hook: &str| {
        course.steps.iter().enumerate().find_map(|(row, step)| {
            let column = step.stops.iter().position(|stop| stop.hook == hook)?;
            Some(place(row, column, step.stops.len()))
        })
    };
    let Some((from, to)) = find(&way.from).zip(find(&way.to)) else { return html! {} };
    let lane = WIDTH - LANE + 14;
    let [start, end] = [from, to].map(|place| place.top + BOX_HEIGHT / 2);
    let middle = usize::midpoint(start, end);
    html! {
        path.way d={ "M" (from.right()) " " (start) "H" (lane) "V" (end) "H" (to.right() + 1) } {}
        path.head d={ "M" (to.right() + 7) " " (end - 4) "l-6 4l6 4z" } {}
        text transform={ "translate(" (lane + 13) " " (middle) ") rotate(-90)" } { (way.note) }
    }
}

/// The same for those who read it.
fn words(site: &Site<'_>, number: usize, spec: &SpecReference, course: &Course) -> Markup {
    let link = |hook: &str| match spec.hook(hook) {
        Some(_) => site.link(number, hook),
        None => html! { code { (hook) } },
    };
    html! {
        ol {
            @for step in &course.steps {
                li {
                    @for (number, stop) in step.stops.iter().enumerate() {
                        @if number > 0 { " or " }
                        (link(&stop.hook))
                        @if !stop.note.is_empty() { " (" (stop.note) ")" }
                        @if step.sometimes { ", not always" }
                        @for way in course.returns.iter().filter(|way| way.from == stop.hook) {
                            ", and then " (link(&way.to)) " if there is " (way.note)
                        }
                    }
                }
            }
        }
    }
}
