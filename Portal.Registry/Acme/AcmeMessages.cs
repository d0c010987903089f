namespace Portal.Registry.Acme;

/// <summary>Where an ACME server takes its requests (RFC 8555, 7.1.1).</summary>
internal sealed record AcmeDirectory(Uri NewNonce, Uri NewAccount, Uri NewOrder);

/// <summary>A certificate that is being made (RFC 8555, 7.1.3).</summary>
internal sealed record AcmeOrder(string Status, IReadOnlyList<Uri> Authorizations, Uri Finalize, Uri? Certificate, AcmeProblem? Error);

/// <summary>The proof for one name (RFC 8555, 7.1.4).</summary>
internal sealed record AcmeAuthorization(string Status, IReadOnlyList<AcmeChallenge> Challenges);

/// <summary>One way to prove it (RFC 8555, 8).</summary>
internal sealed record AcmeChallenge(string Type, Uri Url, string? Token, AcmeProblem? Error);

/// <summary>What is wrong (RFC 7807).</summary>
internal sealed record AcmeProblem(string? Type, string? Detail);
