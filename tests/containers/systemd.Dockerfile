# A machine whose process 1 is systemd, with elastic-tui as from a checkout, for master-service.test.ts.
FROM node:24-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends systemd systemd-sysv \
    && rm -rf /var/lib/apt/lists/*
COPY package.json /opt/elastic-tui/
COPY bin /opt/elastic-tui/bin
COPY dist /opt/elastic-tui/dist
RUN ln -s /opt/elastic-tui/bin/elastic-tui.js /usr/local/bin/elastic-tui
CMD ["/sbin/init"]
