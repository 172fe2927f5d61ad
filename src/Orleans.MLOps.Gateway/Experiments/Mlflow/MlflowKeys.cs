using System.Globalization;
using System.Text;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>
/// The keys of params, metrics and tags that MLflow allows. Clients make files of that name, so a key must also be the only spelling of its path
/// and stay below the folder where it starts.
/// </summary>
internal static class MlflowKeys
{
    private const int Longest = 250;

    /// <summary>The key as it was given.</summary>
    /// <exception cref="InvalidInputException">MLflow does not allow the key.</exception>
    public static string Checked(string key, string place) => Fault(key) is not { } fault
        ? key
        : throw new InvalidInputException(
            $"Invalid value \"{MlflowFields.Shorten(key)}\" for parameter '{place}' supplied: {fault}", place);

    private static string? Fault(string key)
    {
        if (key.Length > Longest)
        {
            return $"It has {key.Length} characters, and at most {Longest} are allowed.";
        }

        if (!key.EnumerateRunes().All(IsAllowed))
        {
            return "Names may only contain letters, digits, underscores (_), dashes (-), periods (.), spaces ( ), colons (:) and slashes (/).";
        }

        return Array.Exists(key.Split('/'), part => part is "" or "." or "..")
            ? "Names may be treated as files in certain cases, and must not resolve to other names when treated as such: no part between slashes may be empty, '.' or '..'."
            : null;
    }

    // Marks are parts of letters in many scripts.
    private static bool IsAllowed(Rune rune) => rune.Value is '_' or '-' or '.' or ' ' or ':' or '/' || Rune.IsLetter(rune) || Rune.IsNumber(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
