# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY console/package.json console/
COPY packages/openapi/package.json packages/openapi/
COPY packages/sdk/package.json packages/sdk/
RUN npm ci
COPY . .
# The benchmarks, and the parts of the tests that they use, are not for the image.
RUN npm run build && npm prune --omit=dev && rm -rf dist/bench dist/test

FROM node:24-slim
# Required at the start: OPERATOR_KEY, VAULT_KEYS (and what it names) and PUBLIC_URL. `npm run keys` creates the keys:
# docker run --rm <image> npm run --silent keys
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/packages/openapi/package.json ./packages/openapi/
COPY --from=build /app/packages/openapi/dist ./packages/openapi/dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# A core dump would contain every secret in memory.
CMD ["sh", "-c", "ulimit -c 0 && exec node --max-old-space-size=320 dist/src/main.js"]
