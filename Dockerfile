# syntax=docker/dockerfile:1

# The dependencies come by the bootstrap's own step, not by `npm ci`: see scripts/bootstrap/install.mjs.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY scripts/bootstrap ./scripts/bootstrap
RUN node -e "import('/app/scripts/bootstrap/install.mjs').then((step) => step.install('/app'))"
COPY . .
RUN node scripts/bootstrap.mjs

FROM node:22-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --omit=dev --no-audit --no-fund

# The Temporal SDK's native part needs glibc: Alpine will not do. It trusts the system's certificates.
FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
RUN printf '#!/bin/sh\nexec node --enable-source-maps /app/dist/cli/main.js "$@"\n' > /usr/local/bin/handback \
  && chmod 755 /usr/local/bin/handback
USER node
EXPOSE 8080
# `exec` above makes node process 1: it gets the SIGTERM on which the worker drains.
ENTRYPOINT ["handback"]
CMD ["api"]
