import { expect } from "chai";
import { clientPackage } from "../../../io/places/clientPackage";
import { gcsVerdict } from "../../../io/places/gcsErrors";
import type { Verdict } from "../../../io/places/retry";
import { s3Verdict } from "../../../io/places/s3Errors";
import { UserError } from "../../../model/errors";

const failure = (fields: object, message = "what the client says") => Object.assign(new Error(message), fields);
const s3 = (name: string, httpStatusCode?: number, more: object = {}) =>
  s3Verdict(failure({ name, ...(httpStatusCode !== undefined && { $metadata: { httpStatusCode } }), ...more }), "s3://b/k");
const gcs = (code: unknown, message?: string) => gcsVerdict(failure({ code }, message), "gs://b/k");

/** The line a person reads, with its hints. */
function told(verdict: Verdict): string {
  expect(verdict.kind).to.equal("final");
  const { error } = verdict as unknown as { error: UserError };
  expect(error).to.be.instanceOf(UserError);
  return [error.message, ...error.hints].join("\n");
}

describe("errors of object stores", () => {
  it("that pass are tried again: throttling, faults of the store, clashes, broken connections", () => {
    for (const verdict of [
      s3("SlowDown", 503),
      s3("InternalError", 500),
      s3("ConditionalRequestConflict", 409),
      s3("TooManyRequestsException", 429),
      s3("RequestTimeTooSkewed", 403),
      s3("Error", undefined, { code: "ECONNRESET" }),
      s3("TimeoutError"),
      s3("Error", 206, {}),
      gcs(503),
      gcs(429),
      gcs(408),
      gcs(403, "rateLimitExceeded: The project exceeded the rate limit"),
      gcs("ECONNRESET"),
      gcsVerdict(failure({}, "Premature close"), "gs://b"),
      s3Verdict(failure({ cause: failure({ code: "UND_ERR_SOCKET" }) }), "s3://b"),
    ]) {
      expect(verdict.kind).to.equal("again");
    }
  });

  it("of an address where nothing is are tried a few times", () => {
    expect(s3("Error", undefined, { code: "ECONNREFUSED" }).kind).to.equal("unreachable");
    expect(gcs("ENOTFOUND").kind).to.equal("unreachable");
    const both = new AggregateError([failure({ code: "ECONNREFUSED" }), failure({ code: "ECONNREFUSED" })]);
    expect(s3Verdict(both, "s3://b").kind).to.equal("unreachable");
  });

  it("are answers: not there, another one is there, behind the end", () => {
    expect([s3("NoSuchKey", 404), s3("NotFound", 404), s3("NoSuchBucket", 404), gcs(404)].map(({ kind }) => kind)).to.deep.equal(
      Array(4).fill("absent"),
    );
    expect([s3("PreconditionFailed", 412), gcs(412), gcs(304)].map(({ kind }) => kind)).to.deep.equal(Array(3).fill("condition"));
    expect([s3("InvalidRange", 416), gcs(416)].map(({ kind }) => kind)).to.deep.equal(Array(2).fill("beyondEnd"));
  });

  it("that a person can mend are one line with what to do", () => {
    expect(told(s3("CredentialsProviderError"))).to.match(/^there are no credentials for s3:\/\/b\/k: .*\nset AWS_ACCESS_KEY_ID/);
    expect(told(s3("ExpiredToken", 400))).to.match(/^the credentials for s3:\/\/b\/k have expired\nset AWS_/);
    expect(told(s3("InvalidAccessKeyId", 403))).to.match(/^the credentials for s3:\/\/b\/k are wrong/);
    expect(told(s3("AccessDenied", 403))).to.match(/^access to s3:\/\/b\/k is denied\nneeded are s3:ListBucket/);
    const elsewhere = { $response: { headers: { "x-amz-bucket-region": "eu-central-1" } } };
    expect(told(s3("PermanentRedirect", 301, elsewhere))).to.match(
      /another region than AWS_REGION says\nset AWS_REGION=eu-central-1$/,
    );
    expect(told(s3("301", 301))).to.match(/set AWS_REGION to the bucket's region$/);
    expect(told(s3Verdict(failure({}, "Region is missing"), "s3://b"))).to.equal(
      "the region of s3://b is not known\nset AWS_REGION",
    );
    expect(told(s3("NotImplemented", 501))).to.include("writes that take place only where nothing is");
    expect(told(gcs(undefined, "Could not load the default credentials. Browse to …"))).to.match(
      /^there are no usable credentials for gs:\/\/b\/k: .*\nset GOOGLE_APPLICATION_CREDENTIALS/,
    );
    expect(told(gcs(401))).to.match(/^the credentials for gs:\/\/b\/k are wrong or have expired/);
    expect(told(gcs(403, "x does not have storage.objects.create access"))).to.match(
      /^access to gs:\/\/b\/k is denied\nneeded are storage/,
    );
    expect(told(gcs(400, "Bad Request"))).to.equal("gs://b/k: the store answers 400: Bad Request");
  });

  it("of a bug of ours stay what they are", () => {
    const bug = new TypeError("x is not a function");
    expect(s3Verdict(bug, "s3://b")).to.deep.equal({ kind: "final", error: bug });
    expect(gcsVerdict(bug, "gs://b")).to.deep.equal({ kind: "final", error: bug });
  });

  it("of a client that is not installed say how to install it", () => {
    expect(() => clientPackage("@sessionary/no-such-client", "s3://bucket")).to.throw(
      UserError,
      /^s3:\/\/bucket needs the package @sessionary\/no-such-client, which is not installed$/,
    );
    try {
      clientPackage("@sessionary/no-such-client", "s3://bucket");
    } catch (error) {
      expect((error as UserError).hints).to.deep.equal(["npm install @sessionary/no-such-client"]);
    }
  });
});
