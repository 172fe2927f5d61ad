namespace Orleans.MLOps.Grains.Models;

/// <summary>What a command with an operation id asked for, by which a repeat is told from another command.</summary>
internal sealed record RegistryOperation
{
    public required string Kind { get; init; }

    public string? Alias { get; init; }

    /// <summary>Where the alias had to be.</summary>
    public int? Expected { get; init; }

    /// <summary>Where the alias was to go.</summary>
    public int? To { get; init; }

    /// <summary>What was registered: a digest of weights, or a source.</summary>
    public string? Content { get; init; }

    public static RegistryOperation Registration(string content) => new() { Kind = "register", Content = content };

    public static RegistryOperation Move(string alias, int? expected, int? to) => new() { Kind = "set-alias", Alias = alias, Expected = expected, To = to };

    public static RegistryOperation Rollback(string alias, int? expected, int? to) => new() { Kind = "rollback", Alias = alias, Expected = expected, To = to };

    public override string ToString() => Kind switch
    {
        "register" => $"registered {Content}",
        "rollback" => $"rolled alias '{Alias}' back to {AliasRules.Name(To)}",
        _ => $"moved alias '{Alias}' from {AliasRules.Name(Expected)} to {AliasRules.Name(To)}",
    };
}
