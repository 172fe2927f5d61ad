using System.Globalization;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>A path below <c>/v1/models</c>: <c>NAME[/versions/N|/labels/L][/metadata]</c> or <c>...:predict</c>, <c>:classify</c>, <c>:regress</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">The version; at most one of it and <paramref name="Label"/>.</param>
/// <param name="Label">The label.</param>
/// <param name="Verb">What is asked: predict, classify or regress, metadata, or empty for the status; in small letters.</param>
internal readonly record struct ServablePath(string Model, long? Version, string? Label, string Verb)
{
    private static readonly string[] Verbs = ["predict", "classify", "regress"];

    /// <summary>Reads a path; segments are still escaped.</summary>
    /// <returns>The path, or null when it is none.</returns>
    /// <exception cref="InvalidInputException">The version is no number, or the label has other characters than letters, digits and <c>_</c>.</exception>
    public static ServablePath? Parse(string rest)
    {
        var verb = "";
        if (rest.LastIndexOf(':') is var colon and >= 0 && colon > rest.LastIndexOf('/') && Verbs.FirstOrDefault(known => known.Equals(rest[(colon + 1)..], StringComparison.OrdinalIgnoreCase)) is { } asked)
        {
            (verb, rest) = (asked, rest[..colon]);
        }

        var parts = rest.Split('/');
        if (verb.Length == 0 && parts.Length > 1 && parts[^1].Equals("metadata", StringComparison.OrdinalIgnoreCase))
        {
            (verb, parts) = ("metadata", parts[..^1]);
        }

        return parts switch
        {
            [{ Length: > 0 } model] => new(Uri.UnescapeDataString(model), null, null, verb),
            [{ Length: > 0 } model, var kind, { Length: > 0 } version] when kind.Equals("versions", StringComparison.OrdinalIgnoreCase) =>
                new(Uri.UnescapeDataString(model), Number(version), null, verb),
            [{ Length: > 0 } model, var kind, { Length: > 0 } label] when kind.Equals("labels", StringComparison.OrdinalIgnoreCase) =>
                new(Uri.UnescapeDataString(model), null, Name(Uri.UnescapeDataString(label)), verb),
            _ => null,
        };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InvalidInputException($"Version '{text}' is no number.", "version");

    private static string Name(string label) => label.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? label
        : throw new InvalidInputException($"Label '{label}' has other characters than letters, digits and '_'.", "label");
}
