# Two stages: better-sqlite3 compiles in the first; the second holds no compiler.
FROM node:20-bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json tsconfig.json tsconfig.build.json vite.config.ts ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    VEDETTE_CONFIG=/etc/vedette/config.yaml \
    VEDETTE_DATA_DIR=/var/lib/vedette
WORKDIR /app
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY rules ./rules
COPY pipelines ./pipelines
COPY scripts/container-config.yaml /etc/vedette/config.yaml
RUN mkdir -p /var/lib/vedette /var/log/vedette && chown node:node /var/lib/vedette /var/log/vedette
USER node
VOLUME ["/var/lib/vedette", "/var/log/vedette"]
EXPOSE 5140/udp 5140/tcp 5141/tcp 5180/tcp
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=10s CMD ["node", "dist/main.js", "stats", "--data-dir", "/var/lib/vedette", "--live"]
ENTRYPOINT ["node", "--v8-pool-size=0", "dist/main.js"]
CMD ["run"]
