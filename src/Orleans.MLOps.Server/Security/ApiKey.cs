namespace Orleans.MLOps.Server.Security;

/// <summary>One API key that a node accepts. The key itself is known to its holder only.</summary>
public sealed class ApiKey
{
    /// <summary>Who holds it: 1 to 64 letters, digits, dots, underscores and hyphens, the first one a letter or digit. Each name is given once, whatever its case.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the key's UTF-8 text, as 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether the key opens dashboard and metrics too. Default: false, gRPC and the plain pages only.</summary>
    public bool Operator { get; init; }

    /// <summary>
    /// The endpoints that the key may ask for inferences, predictions, descriptions and statistics, through every door, and nothing else: each
    /// <c>project/endpoint</c>, <c>endpoint</c> of the project default, or <c>*</c> for every endpoint; 1 to 100. Not together with <see cref="Operator"/>.
    /// Default: null, the key is not limited.
    /// </summary>
    public IReadOnlyList<string>? Endpoints { get; init; }
}
