// Gives the examples a past, with the portal stopped: the seconds in which they were pushed become weeks, in the links' times and
// in history.db, and people pulled from them ever since. The index is built anew from that at the next start.
import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const [, , store] = process.argv;
const day = 86_400_000;
const now = Date.now();
const links = readdirSync(join(store, "docker/registry/v2/repositories"), { recursive: true, withFileTypes: true })
  .filter(entry => entry.name === "link").map(entry => join(entry.parentPath, entry.name));
const history = new DatabaseSync(join(store, "history.db"));
const read = sql => {
  const rows = history.prepare(sql);
  rows.setReadBigInts(true);
  return rows.all();
};

// Times are ticks of a ten-millionth of a second since the year 1.
const ticks = time => BigInt(Math.round(time)) * 10_000n + 621_355_968_000_000_000n;
const time = ticks => Number((ticks - 621_355_968_000_000_000n) / 10_000n);
const [{ first, last }] = read("SELECT min(Time) AS first, max(Time) AS last FROM Activity").map(row => ({ first: time(row.first), last: time(row.last) }));
const stretch = moment => now - day * 60 + Math.min(1, Math.max(0, (moment - first) / (last - first))) * (day * 60 - day / 40);

for (const link of links) {
  const time = new Date(stretch(statSync(link).mtimeMs));
  utimesSync(link, time, time);
}
for (const name of readdirSync(store).filter(name => name.startsWith("portal.db"))) {
  rmSync(join(store, name));
}

history.exec("BEGIN");
for (const [table, columns] of [["Activity", ["Time"]], ["TagChanges", ["Time"]], ["Deliveries", ["Time", "LastAttempt"]], ["Attempts", ["Time"]]]) {
  for (const column of columns) {
    const change = history.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
    for (const row of read(`SELECT rowid AS id, ${column} AS time FROM ${table} WHERE ${column} IS NOT NULL`)) {
      change.run(ticks(stretch(time(row.time))), row.id);
    }
  }
}

// Working days are busier than the others, and of each repository the newest tags are pulled most.
const busy = date => [0.2, 1, 1.2, 1.1, 1.15, 0.9, 0.25][date.getUTCDay()];
const wave = (place, seed) => 0.7 + 0.6 * Math.abs((Math.sin(place * 12.9898 + seed * 78.233) * 43758.5453) % 1);
const addDay = history.prepare("INSERT INTO PullDays (Repository, Day, Count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET Count = excluded.Count");
const addCount = history.prepare("INSERT INTO PullCounts (Repository, Reference, Count, LastPulled) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET Count = excluded.Count, LastPulled = excluded.LastPulled");
const tags = history.prepare("SELECT DISTINCT Repository, Tag FROM TagChanges ORDER BY Repository, Tag").all();
const repositories = [...new Set(tags.map(row => row.Repository))];
for (const [place, repository] of repositories.entries()) {
  const share = 4 + (place * 37 + 11) % 60;
  for (let age = 0; age < 60; age++) {
    const date = new Date(now - age * day);
    const count = Math.round(share * busy(date) * wave(age, place) * (1 - age / 90));
    if (count > 0) {
      addDay.run(repository, date.toISOString().slice(0, 10), count);
    }
  }

  const own = tags.filter(row => row.Repository === repository);
  for (const [number, row] of own.entries()) {
    const age = own.length - 1 - number;
    addCount.run(repository, row.Tag, share * 3 + number * share * 7, ticks(now - (age * age * 4 * day + (1 + place * 7 % 23) * 1_900_000)));
  }
}

// Traffic of the dashboard: minutes for two days, hours for thirty.
const sample = history.prepare("INSERT INTO Samples (Series, Resolution, Time, Value) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET Value = excluded.Value");
for (const [length, count] of [[60_000, 48 * 60], [3_600_000, 30 * 24]]) {
  for (let age = 0; age < count; age++) {
    const start = Math.floor(now / length) * length - age * length;
    const date = new Date(start);
    const load = busy(date) * (0.35 + 0.65 * Math.sin(Math.PI * date.getUTCHours() / 23)) * wave(age, 3) * length / 60_000;
    const values = { "requests.answered": 140 * load, "requests.refused": 4 * load * wave(age, 5), "requests.failed": age % 97 === 0 ? load : 0, "bytes.received": 9e6 * load * wave(age, 9), "bytes.sent": 4.1e7 * load,
      pushes: 0.6 * load * wave(age, 7), pulls: 21 * load, storage: 6.6e6 - age * length / (30 * day) * 2.4e6 };
    for (const [series, value] of Object.entries(values)) {
      if (Math.round(value) > 0) {
        sample.run(series, length * 10_000, ticks(start), Math.round(value));
      }
    }
  }
}
history.exec("COMMIT");
history.close();
