// Loaded by a replica on SQLite (`node --import`): SIGUSR2 keeps the database file from growing, as a full disk does, and the next one lets it
// grow again.
import Database from 'libsql';

/** SQLite's own limit. */
const UNLIMITED = 4_294_967_294;

const connections = [];
let isFull = false;

const { pragma } = Database.prototype;
Database.prototype.pragma = function (text) {
  if (!connections.includes(this)) connections.push(this);
  return pragma.call(this, text);
};

process.on('SIGUSR2', () => {
  isFull = !isFull;
  for (const connection of connections) {
    // A limit below the current size becomes the current size.
    pragma.call(connection, `max_page_count = ${isFull ? 1 : UNLIMITED}`);
  }
});
