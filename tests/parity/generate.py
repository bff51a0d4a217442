"""Makes the corpus of the parity test: scenarios, each with the log that pluggy gives it.

Writes handmade.jsonl from handmade/, and corpus.jsonl from nothing but a seed, so that both can
be checked and made again.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from random import Random

from case import Case
from features import absent, features_of, statistics
from handmade import HANDMADE
from invent import Inventor
from oracle import OutOfScope, compact, require_pluggy, run

HERE = Path(__file__).parent
HANDMADE_FILE = HERE / "handmade.jsonl"
CORPUS_FILE = HERE / "corpus.jsonl"

SEED = 1
SIZE = 2500

LONGEST_LINE = 1400
"""In characters. Long cases are hard to read when they fail, and show little more."""

CANDIDATES = 10
"""Of so many random cases one is kept: the one with the rarest feature."""


class Source:
    """Random cases that are fit for the corpus, and why the others were not."""

    def __init__(self, seed: int) -> None:
        self.discarded: Counter[str] = Counter()
        self._random = Random(seed)

    def draw(self) -> Case:
        """The next case that is fit for the corpus."""
        while True:
            scenario = Inventor(self._random).scenario()
            try:
                case = Case(scenario, run(scenario))
            except OutOfScope as reason:
                self.discarded[str(reason)] += 1
                continue
            fault = shortcoming(case)
            if fault is None:
                return case
            self.discarded[fault] += 1


def shortcoming(case: Case) -> str | None:
    """Why a case is not worth its place."""
    if not any(event[0] in ("call", "pre") for event in case.log):
        return "no implementation runs"
    if len(line(case)) > LONGEST_LINE:
        return "it is long"
    return None


def select(source: Source, size: int) -> Iterator[Case]:
    """Cases from `source`, preferably with what few before them have, and short.

    So what random scenarios seldom bring about is in the corpus more often than by chance.
    """
    occurrences: Counter[str] = Counter()

    def merit(case: Case) -> tuple[int, int]:
        return min(occurrences[feature] for feature in features_of(case)), len(line(case))

    for _ in range(size):
        case = min((source.draw() for _ in range(CANDIDATES)), key=merit)
        occurrences.update(features_of(case))
        yield case


def line(case: Case) -> str:
    return compact({"scenario": case.scenario, "log": case.log})


def handmade_lines() -> list[str]:
    return [
        compact({"name": name, "scenario": scenario, "log": run(scenario)})
        for name, scenario in HANDMADE.items()
    ]


def stored_cases(path: Path) -> Iterator[Case]:
    for stored in map(json.loads, stored_lines(path)):
        yield Case(stored["scenario"], stored["log"])


def stored_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def write(path: Path, lines: Sequence[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    path.write_text(text, encoding="utf-8")
    print(f"{path.name}: {len(lines)} cases in {len(text.encode()):,} bytes")


def check(path: Path, lines: Sequence[str]) -> None:
    """Ends the program if the file does not hold exactly these lines."""
    for number, (stored, made) in enumerate(zip_longest(stored_lines(path), lines), start=1):
        if stored != made:
            sys.exit(
                f"{path.name}, line {number}, is not what this script makes:\n"
                f"stored: {stored}\n"
                f"made:   {made}"
            )
    print(f"{path.name}: {len(lines)} cases, each as this script makes it")


def check_features(path: Path) -> None:
    """Ends the program if there is a feature that no case in the file has."""
    missing = absent(stored_cases(path))
    if missing:
        sys.exit("\n  ".join([f"{path.name} has no case of", *missing]))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seed", type=int, default=SEED, help="what the random cases depend on (%(default)s)"
    )
    parser.add_argument(
        "--size", type=int, default=SIZE, help="how many random cases to make (%(default)s)"
    )
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS_FILE, help="the file of the random cases"
    )
    task = parser.add_mutually_exclusive_group()
    task.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail if the files are not what would be written, "
        "or if a feature does not occur",
    )
    task.add_argument(
        "--stats", action="store_true", help="only tell how often each feature occurs in the file"
    )
    return parser.parse_args()


def main() -> None:
    require_pluggy()
    given = arguments()
    if given.stats:
        print(*statistics(stored_cases(given.corpus)), sep="\n")
        return
    source = Source(given.seed)
    corpus = [line(case) for case in select(source, given.size)]
    if given.check:
        check(HANDMADE_FILE, handmade_lines())
        check(given.corpus, corpus)
        check_features(given.corpus)
        return
    write(HANDMADE_FILE, handmade_lines())
    write(given.corpus, corpus)
    print("Random cases that were discarded:")
    for reason, number in source.discarded.most_common():
        print(f"  {number:5}  {reason}")


if __name__ == "__main__":
    main()
