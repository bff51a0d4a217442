// A plan of 300 tasks: good ones, some that are tried again, one that fails and one that it blocks,
// and titles that would like to be more than text.

const HOSTILE = [
  `<script>document.title = "broken"</script>`,
  `<img src=x onerror="document.title = 'broken'">`,
  `</title></svg></style><script>document.title = "broken"</script>`,
  `" onmouseover="document.title = 'broken'" x="`,
  `a right-to-left \u202e override, and a word that is ${'very'.repeat(60)} long`,
];
const MOODS = ['', 'idle', 'crash'];

const step = (number) => ({
  title: HOSTILE[number] ?? `Step ${number + 1} of a long plan`,
  completion_signals: [{ path_exists: `work-${number}` }],
  ...(MOODS[number % 10] ? { mock: [MOODS[number % 10]] } : {}),
  ...(number === 297 ? { mock: ['crash', 'crash', 'crash'] } : {}),
});
const steps = Array.from({ length: 299 }, (_, number) => step(number));
const last = { title: 'Never begun' };
// JSON is YAML.
console.log(JSON.stringify({
  name: '300 tasks </h1><script>document.title = "broken"</script>',
  budget: '$4',
  max_agents: 8,
  stages: [{ name: 'many', steps }, { name: 'last', depends_on: ['many'], steps: [last] }],
}));
