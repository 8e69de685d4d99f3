// @ts-check
// What does not go together in a plan. The twin of eventsvc/agenda/rules/clashes.py; tests/agenda/clash_cases.json holds both to the same answers.

/** @typedef {{id: number, title: string, room: number | null, start: number | null, end: number | null, setup: number, speakers: number[], chair: number | null, wanted: number}} Item */
/** @typedef {{name: string, seats: number | null}} Hall */
/** @typedef {{name: string, available: [number, number][]}} Person */
/** @typedef {{items: Iterable<Item>, halls: Map<number, Hall>, people: Map<number, Person>}} Plan */
/** @typedef {{kind: 'room' | 'setup' | 'speaker' | 'chair' | 'availability' | 'capacity', item: number, other: number | null, person: number | null, says: string}} Clash */

/** Everything wrong with `item` where it is. @param {Item} item @param {Plan} plan @returns {Clash[]} */
export function clashesOf(item, plan) {
  if (item.start === null || item.end === null) return [];
  /** @type {Clash[]} */ const found = [];
  for (const other of plan.items) if (other.id !== item.id) between(item, other, plan, found);
  alone(item, plan, found);
  return found;
}

/** What two sessions have with each other, as `item` would say it. @param {Item} item @param {Item} other @param {Plan} plan @param {Clash[]} found */
function between(item, other, plan, found) {
  if (item.start === null || item.end === null || other.start === null || other.end === null) return;
  if (!(item.start < other.end && other.start < item.end)) return setup(item, other, found);
  if (item.room !== null && item.room === other.room) found.push({kind: 'room', item: item.id, other: other.id, person: null, says: `The room also has “${other.title}” then.`});
  for (const person of peopleOf(item)) {
    const name = plan.people.get(person)?.name ?? 'Somebody', gives = other.speakers.includes(person);
    if (gives && item.speakers.includes(person)) found.push({kind: 'speaker', item: item.id, other: other.id, person, says: `${name} also gives “${other.title}” then.`});
    else if (gives) found.push({kind: 'chair', item: item.id, other: other.id, person, says: `${name}, who chairs this, gives “${other.title}” then.`});
    else if (person === other.chair) found.push({kind: 'chair', item: item.id, other: other.id, person, says: `${name} also chairs “${other.title}” then.`});
  }
}

/** Two that follow each other in a room. @param {Item} item @param {Item} other @param {Clash[]} found */
function setup(item, other, found) {
  if (item.room === null || item.room !== other.room || item.start === null || item.end === null || other.start === null || other.end === null) return;
  const after = other.end <= item.start, gap = after ? item.start - other.end : other.start - item.end;
  const needed = after ? item.setup : other.setup;
  if (gap >= needed) return;
  const says = after
    ? `It needs ${minutes(needed)} to set up; after “${other.title}” there ${are(gap)}.`
    : `“${other.title}” needs ${minutes(needed)} to set up; after this there ${are(gap)}.`;
  found.push({kind: 'setup', item: item.id, other: other.id, person: null, says});
}

/** What is wrong with a session whatever the others do. @param {Item} item @param {Plan} plan @param {Clash[]} found */
function alone(item, plan, found) {
  const {start, end} = item;
  if (start === null || end === null) return;
  for (const person of peopleOf(item)) {
    const known = plan.people.get(person);
    if (known?.available.length && !joined(known.available).some(([a, b]) => a <= start && end <= b)) {
      found.push({kind: 'availability', item: item.id, other: null, person, says: `${known.name} is not available then.`});
    }
  }
  const hall = item.room === null ? undefined : plan.halls.get(item.room);
  if (hall && hall.seats !== null && item.wanted > hall.seats) {
    const says = `${item.wanted} want to come; ${hall.name} has ${hall.seats} ${hall.seats === 1 ? 'seat' : 'seats'}.`;
    found.push({kind: 'capacity', item: item.id, other: null, person: null, says});
  }
}

/** @param {Item} item */
const peopleOf = item => (item.chair !== null && !item.speakers.includes(item.chair) ? [...item.speakers, item.chair] : item.speakers);

/** Stretches that touch are one. @param {[number, number][]} stretches */
function joined(stretches) {
  /** @type {[number, number][]} */ const found = [];
  for (const [start, end] of [...stretches].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(end, last[1]);
    else found.push([start, end]);
  }
  return found;
}

/** @param {number} count */
const minutes = count => (count === 1 ? '1 minute' : `${count} minutes`);
/** @param {number} gap */
const are = gap => (gap === 0 ? 'is no time' : gap === 1 ? 'is 1 minute' : `are ${gap} minutes`);
