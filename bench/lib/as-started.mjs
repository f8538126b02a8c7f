// How `npm start`, the systemd unit and the image start Node.

/** One thread helps V8 to collect and to compile for each core but one: by default four do, and on two cores take turns with the daemon's own. */
export const NODE_FLAGS = ['--v8-pool-size=0'];

/** One malloc arena for all threads: chunks are freed by another thread than the one that made them. */
export const START_ENV = { ...process.env, MALLOC_ARENA_MAX: '1' };
