# One image for the service, the worker and the commands.
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /opt/eventsvc && /opt/eventsvc/bin/pip install --no-cache-dir -r requirements.lock
COPY eventsvc ./eventsvc
COPY frontend ./frontend
COPY alembic ./alembic
RUN /opt/eventsvc/bin/pip install --no-cache-dir --no-deps .

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 eventsvc && mkdir /data && chown eventsvc /data
COPY --from=build /opt/eventsvc /opt/eventsvc
ENV PATH=/opt/eventsvc/bin:$PATH EVENTSVC_DATA_DIR=/data PYTHONUNBUFFERED=1
USER eventsvc
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=3)"]
CMD ["eventsvc", "serve", "--host", "0.0.0.0"]
