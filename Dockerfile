# The newest release of Node that its makers mark for long-term support (Node 24). Raise it here alone.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# Packages change seldom, sources often: the layers of this stage are made anew only with the lock file.
# Without a cache mount, since Railway wants one to be named after its service.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci

FROM dependencies AS build
COPY . .
RUN npm run build

# What serves: Node, and a folder that belongs to root, so that the site cannot change itself.
FROM ${NODE_IMAGE} AS runtime
# Two arenas: with one for each thread, what compressing has used once is never given back.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 EMBEDDED=0 MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/.next/standalone ./
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-old-space-size=512", ".build/server.js"]
