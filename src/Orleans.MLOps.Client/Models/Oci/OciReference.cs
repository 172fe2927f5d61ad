using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>The name of an artifact: <c>host[:port]/repository:tag</c> or <c>host[:port]/repository@sha256:...</c>. Nothing is left out or filled in.</summary>
public sealed partial record OciReference
{
    private const int LongestRepository = 255;
    private const int Longest = 1024;

    private OciReference(string registry, string repository, string? tag, string? digest) =>
        (Registry, Repository, Tag, Digest) = (registry, repository, tag, digest);

    /// <summary>Host, with its port after a colon if one was given.</summary>
    public string Registry { get; }

    /// <summary>The repository: lower-case words, parted by '/'.</summary>
    public string Repository { get; }

    /// <summary>The tag; null when the reference has a digest.</summary>
    public string? Tag { get; }

    /// <summary><c>sha256:</c> and 64 lower-case hex digits; null when the reference has a tag.</summary>
    public string? Digest { get; }

    /// <summary>The host is this machine itself.</summary>
    internal bool IsLoopback => new Uri($"http://{Registry}").IsLoopback;

    /// <summary>Reads a reference.</summary>
    /// <exception cref="InvalidInputException">The text is not such a reference.</exception>
    public static OciReference Parse(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var match = reference.Length <= Longest ? Pattern().Match(reference) : Match.Empty;
        if (!match.Success || !IsHost(match.Groups["registry"].Value) || !IsPort(match.Groups["port"]) || match.Groups["repository"].Length > LongestRepository)
        {
            throw new InvalidInputException(
                $"reference '{reference}' is not allowed: host[:port]/repository:tag and host[:port]/repository@sha256:... are, the repository of lower-case letters, digits, '.', '_', '-' and '/'.",
                "reference");
        }

        var tag = match.Groups["tag"];
        var digest = match.Groups["digest"];
        return new(match.Groups["registry"].Value, match.Groups["repository"].Value, tag.Success ? tag.Value : null, digest.Success ? digest.Value : null);
    }

    /// <summary>The same artifact by its digest, which never moves.</summary>
    /// <param name="digest"><c>sha256:</c> and 64 lower-case hex digits.</param>
    /// <exception cref="InvalidInputException">The text is not such a digest.</exception>
    public OciReference AtDigest(string digest) => Parse($"{Registry}/{Repository}@{digest}");

    /// <summary>The reference as it is written.</summary>
    public override string ToString() => $"{Registry}/{Repository}{(Tag is null ? "@" + Digest : ":" + Tag)}";

    private static bool IsHost(string registry) => Uri.TryCreate($"http://{registry}", UriKind.Absolute, out _);

    private static bool IsPort(Group port) =>
        !port.Success || int.Parse(port.Value, CultureInfo.InvariantCulture) is > 0 and <= IPEndPoint.MaxPort;

    [GeneratedRegex(
        """
        \A(?<registry>(?<host>\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*(\.[a-zA-Z0-9]+(-+[a-zA-Z0-9]+)*)*)(:(?<port>[0-9]{1,5}))?)
        /(?<repository>[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|__?|-+)[a-z0-9]+)*)*)
        (:(?<tag>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127})|@(?<digest>sha256:[0-9a-f]{64}))\z
        """,
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern();
}
