#!/usr/bin/env bash
# alert.sh SUBJECT <text : mails it. Anything that takes a subject and a text will do.
exec mail -s "$1" data-oncall@example.org
