#!/usr/bin/env python3
"""Copies event types, applications and endpoints from one server with the Svix API to another.

    FROM_URL=http://svix:8071 FROM_TOKEN=… TO_URL=http://posthorn:8071 TO_TOKEN=… \
        python3 examples/import-from-svix.py

Keeps uids, signing secrets and custom headers; what has no uid gets its old id as one, so that
paths with the old id go on working. It may be run again: what is there already is replaced.
Messages and attempts are not copied. Needs Python 3.9 or newer and nothing else.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request


class Server:
    """A server and a token for it."""

    def __init__(self, name):
        self.url = os.environ[name + "_URL"].rstrip("/") + "/api/v1"
        self.token = os.environ[name + "_TOKEN"]

    def call(self, method, path, body=None):
        """Returns the answer's JSON, or None if it has none; ends the program on an error."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + self.token, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                text = response.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as e:
            sys.exit(f"{method} {self.url}{path}: {e.code} {e.read().decode()}")

    def all(self, path):
        """Returns every row of a list."""
        mark = "&" if "?" in path else "?"
        iterator = ""
        while True:
            page = self.call("GET", f"{path}{mark}limit=250{iterator}")
            yield from page["data"]
            if page["done"]:
                return
            iterator = "&iterator=" + urllib.parse.quote(page["iterator"])


def picked(row, *names):
    """Returns some fields of a row, without those that are not set."""
    return {name: row[name] for name in names if row.get(name) is not None}


def copy_event_types(source, target):
    """Returns which there are, by name, and whether they are to be archived once endpoints name them."""
    known = {}
    for row in source.all("/event-type?include_archived=true&with_content=true"):
        fields = ("description", "schemas", "deprecated", "groupName", "featureFlag", "featureFlags")
        target.call("PUT", "/event-type/" + row["name"], picked(row, *fields))
        known[row["name"]] = row["archived"]
    return known


def copy_application(source, target, known, row):
    uid = row.get("uid") or row["id"]
    body = picked(row, "name", "metadata", "throttleRate", "rateLimit")
    target.call("PUT", "/app/" + uid, {**body, "uid": uid})
    for endpoint in source.all(f"/app/{row['id']}/endpoint"):
        copy_endpoint(source, target, known, f"/app/{row['id']}/endpoint/{endpoint['id']}", f"/app/{uid}/endpoint/", endpoint)


def copy_endpoint(source, target, known, old, place, row):
    uid = row.get("uid") or row["id"]
    new = place + uid
    fields = ("url", "description", "channels", "metadata", "disabled", "throttleRate", "rateLimit")
    types = row.get("eventTypes") or row.get("filterTypes") or []
    for name in types:
        if name not in known:  # it was removed for good, and endpoints still name it
            target.call("PUT", "/event-type/" + name, {"description": ""})
            known[name] = True
    body = {**picked(row, *fields), **({"eventTypes": types} if types else {}), "uid": uid}
    target.call("PUT", new, body)

    secret = source.call("GET", old + "/secret")["key"]
    if secret.startswith("whpk_"):
        print(f"{old}: only its public key can be read; set its whsk_ key by {new}/secret/rotate", file=sys.stderr)
    elif target.call("GET", new + "/secret")["key"] != secret:
        target.call("POST", new + "/secret/rotate", {"key": secret, "gracePeriodSeconds": 0})

    headers = source.call("GET", old + "/headers")
    target.call("PATCH", new + "/headers", {"headers": headers["headers"]})
    for name in headers["sensitive"]:
        print(f"{old}: the value of its header {name} cannot be read; set it by PATCH {new}/headers", file=sys.stderr)


def main():
    source, target = Server("FROM"), Server("TO")
    known = copy_event_types(source, target)
    count = 0
    for row in source.all("/app"):
        copy_application(source, target, known, row)
        count += 1
    for name in (name for name, archived in known.items() if archived):
        target.call("DELETE", "/event-type/" + name)
    print(f"{count} applications copied")


if __name__ == "__main__":
    main()
