# One image for web, worker, beat and the jobs of a deployment. Python packages by lock and hash, nothing else.
FROM node:22-bookworm-slim AS assets
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY static/src static/src
RUN npm run build

FROM python:3.11-slim-bookworm
# Pango and a Chinese font draw the letters; the worker needs them, and one image is simpler than two.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app fundcentre
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
COPY --from=assets /src/static/build static/build
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=fundcentre.settings FUNDCENTRE_VAR=/var/lib/fundcentre
# Static files are part of the image. No key is needed to collect them, so none is given.
# A volume takes over the owner of the directory it is put on, so each of them is made here.
RUN mkdir -p /var/lib/fundcentre/files /var/lib/fundcentre/demo /var/lib/fundcentre/bank \
 && python manage.py collectstatic --noinput --ignore src -v 0 \
 && chown -R fundcentre /var/lib/fundcentre
USER fundcentre
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "--no-access-log", "fundcentre.wsgi:application"]
