// Before any script of a replayed page: the clock goes on from when the visit began, chance is the same each time, and
// what no archive holds is not offered.
(() => {
  const offset = __OFFSET__;
  const Real = Date;
  const now = () => Real.now() + offset;
  const Shifted = new Proxy(Real, {
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [now()], made),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  Object.defineProperty(Real.prototype, "constructor", { value: Shifted, writable: true, configurable: true });
  Object.defineProperty(globalThis, "Date", { value: Shifted, writable: true, configurable: true });
  let state = 1;
  Math.random = () => { // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let one = Math.imul(state ^ (state >>> 15), 1 | state);
    one = (one + Math.imul(one ^ (one >>> 7), 61 | one)) ^ one;
    return ((one ^ (one >>> 14)) >>> 0) / 4294967296;
  };
  delete globalThis.SharedWorker;
})();
