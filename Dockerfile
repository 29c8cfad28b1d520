# The image of compose.yaml: Jalon without its embedded servers' data, for an ordinary user.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1
# The folders of the keys and the backups are there beforehand, so that a volume mounted there belongs to that user.
RUN useradd --create-home jalon && install --directory --owner=jalon --mode=0700 /keys /var/lib/jalon
WORKDIR /srv/jalon

# Dependencies first: they change less often than Jalon, so that this layer is kept between builds.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

COPY pyproject.toml LICENSE ./
COPY domain domain
COPY projections projections
COPY api api
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

USER jalon
EXPOSE 8000
CMD ["jalon", "web", "--host", "0.0.0.0", "--port", "8000"]
