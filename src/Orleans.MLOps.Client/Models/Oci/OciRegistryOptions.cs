using Orleans.MLOps.Client.Resilience;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>How registries are spoken to.</summary>
public sealed record OciRegistryOptions
{
    /// <summary>The user, for registries that ask for one; default none.</summary>
    public string? Username { get; init; }

    /// <summary>The user's password or access token; default none.</summary>
    public string? Password { get; init; }

    /// <summary>True: http everywhere. False: https everywhere. Default, null: http on loopback, https everywhere else.</summary>
    public bool? PlainHttp { get; init; }

    /// <summary>The longest time without an answer or a further byte. Default: 30 seconds. The whole of a push or pull has no bound.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    internal void Check()
    {
        var rules = new OptionRules(nameof(OciRegistryOptions));
        rules.Positive(nameof(Timeout), Timeout);
        if (Username is null != Password is null)
        {
            throw rules.Wrong(nameof(Username), Username, $"{nameof(Username)} and {nameof(Password)} come together");
        }

        if (Username?.Contains(':', StringComparison.Ordinal) == true)
        {
            throw rules.Wrong(nameof(Username), Username, "no ':' is allowed");
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{nameof(OciRegistryOptions)} {{ {nameof(Username)} = {Username}, {nameof(PlainHttp)} = {PlainHttp}, {nameof(Timeout)} = {Timeout} }}";
}
