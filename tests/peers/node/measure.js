// Measures one call of a hook with so many implementations, each of which adds a number.
//
//     node measure.js CONTESTANT IMPLEMENTATIONS BATCHES MILLISECONDS
//
// Prints the nanoseconds per call of each batch, as a JSON array. See `../run`.

import { Hookable, HookableCore } from "hookable";
import { SyncHook } from "tapable";

const contestants = {
  tapable(numbers) {
    const hook = new SyncHook(["sum"]);
    for (const number of numbers) {
      hook.tap(`adder-${number}`, (sum) => {
        sum.total += number;
      });
    }
    const sum = { total: 0 };
    return () => {
      sum.total = 0;
      hook.call(sum);
      return sum.total;
    };
  },

  hookable: (numbers) => hookableCall(new Hookable(), numbers),

  "hookable-core": (numbers) => hookableCall(new HookableCore(), numbers),
};

function hookableCall(hooks, numbers) {
  for (const number of numbers) {
    hooks.hook("add", (sum) => {
      sum.total += number;
    });
  }
  const sum = { total: 0 };
  return () => {
    sum.total = 0;
    // Gives a promise only if an implementation does, so here all have run when it is back.
    hooks.callHook("add", sum);
    return sum.total;
  };
}

// The nanoseconds per call of each batch. Each call must come to `sum`.
function measure(call, sum, batches, shortest) {
  let calls = 1;
  const fastest = () => Math.min(...Array.from({ length: 3 }, () => time(call, sum, calls)));
  // Of several, because one may be slow only since another program ran in between.
  while (fastest() < shortest) {
    calls *= 2;
  }
  return Array.from({ length: batches }, () => time(call, sum, calls) / calls);
}

// The nanoseconds of a batch.
function time(call, sum, calls) {
  const start = process.hrtime.bigint();
  for (let made = 0; made < calls; made += 1) {
    const total = call();
    if (total !== sum) {
      throw new Error(`the implementations add up to ${total}, not to ${sum}`);
    }
  }
  return Number(process.hrtime.bigint() - start);
}

const [contestant, ...rest] = process.argv.slice(2);
const [count, batches, milliseconds] = rest.map(Number);
// Each implementation adds a number of its own, so that none can stand in for another.
const numbers = Array.from({ length: count }, (_, place) => place + 1);
const sum = (count * (count + 1)) / 2;
const call = contestants[contestant](numbers);
console.log(JSON.stringify(measure(call, sum, batches, milliseconds * 1e6)));
