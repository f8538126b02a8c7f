import { openFilesLimit, roomForConnections } from '../../sources/open-files.js';
import { type Check, hint } from '../check.js';

export const openFiles: Check = {
  title: 'Open files',
  run({ config, figures }) {
    const limit = openFilesLimit(figures?.pid ?? 'self');
    const sources = config.sources.flatMap((source) =>
      'max_connections' in source ? [{ name: source.name!, most: source.max_connections }] : [],
    );
    if (limit === null || sources.length === 0) return { well: [], findings: [] };
    const most = sources.reduce((sum, one) => sum + one.most, 0);
    if (most <= roomForConnections(limit))
      return { well: [`${limit} may be open, connections of sources are ${most} at most`], findings: [] };
    const names = sources.map(({ name }) => name).join(', ');
    return {
      well: [],
      findings: [
        hint(
          `max_connections of ${names} make ${most}, but ${limit} files may be open, connections among them: from some ${roomForConnections(limit)} on more are refused, and counted.`,
          'Raise the limit (LimitNOFILE= of the unit, --ulimit nofile= of the container, ulimit -n), or lower max_connections.',
        ),
      ],
    };
  },
};
