// Reads a calendar with ical.js (Thunderbird's parser), with the zones that the calendar itself brings, and says its facts as JSON.
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const {default: ICAL} = await import(pathToFileURL(process.argv[2]).href);
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, 'utf8')));
ICAL.TimezoneService.reset();
const zones = new Map(calendar.getAllSubcomponents('vtimezone').map(one => [one.getFirstPropertyValue('tzid'), new ICAL.Timezone(one)]));
const utc = property => {
  const time = property.getFirstValue();
  time.zone = zones.get(property.getParameter('tzid')) ?? time.zone;
  return new Date(time.toUnixTime() * 1000).toISOString();
};
const facts = calendar.getAllSubcomponents('vevent').map(one => ({
  uid: one.getFirstPropertyValue('uid'),
  sequence: one.getFirstPropertyValue('sequence'),
  status: one.getFirstPropertyValue('status'),
  start: utc(one.getFirstProperty('dtstart')),
  end: utc(one.getFirstProperty('dtend')),
  summary: one.getFirstPropertyValue('summary'),
  description: one.getFirstPropertyValue('description') ?? '',
}));
process.stdout.write(JSON.stringify(facts));
