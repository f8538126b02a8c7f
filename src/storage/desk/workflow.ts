import type Database from 'better-sqlite3';
import type { Note, Verdict, Workflow } from '../../model/workflow.js';

/** Notes of one alert or incident. */
export const MOST_NOTES = 200;

const UNTOUCHED = { state: 'new', verdict: null, reason: '', by: '', at: null } as const;

/** `id`: of an alert or incident, which are UUIDs and never alike. */
export class WorkflowTable {
  readonly #get: Database.Statement;
  readonly #put: Database.Statement;
  readonly #drop: Database.Statement;
  readonly #notes: Database.Statement;
  readonly #addNote: Database.Statement;

  constructor(db: Database.Database) {
    this.#get = db.prepare('SELECT state, verdict, reason, by, at FROM workflow WHERE id = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO workflow VALUES (?, ?, ?, ?, ?, ?)');
    this.#drop = db.prepare('DELETE FROM workflow WHERE id = ?');
    this.#notes = db.prepare(
      `SELECT at, by, text FROM notes WHERE subject = ? ORDER BY number LIMIT ${MOST_NOTES}`,
    );
    this.#addNote = db.prepare('INSERT INTO notes (subject, at, by, text) VALUES (?, ?, ?, ?)');
  }

  of(id: string): Workflow {
    const said = this.#get.get(id) as Omit<Workflow, 'notes'> | undefined;
    return { ...(said ?? UNTOUCHED), notes: this.#notes.all(id) as Note[] };
  }

  acknowledge(id: string, by: string, at: string): void {
    this.#put.run(id, 'acknowledged', null, '', by, at);
  }

  close(id: string, verdict: Verdict, reason: string, by: string, at: string): void {
    this.#put.run(id, 'closed', verdict, reason, by, at);
  }

  /** As if nobody had said anything; notes stay. */
  reopen(id: string): void {
    this.#drop.run(id);
  }

  /** False = it has as many as it can. */
  note(id: string, text: string, by: string, at: string): boolean {
    if (this.#notes.all(id).length >= MOST_NOTES) return false;
    this.#addNote.run(id, at, by, text);
    return true;
  }
}
