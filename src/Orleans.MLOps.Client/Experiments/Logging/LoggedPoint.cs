using System.Buffers;
using System.Text;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.Logging;

/// <summary>The points that a logger takes.</summary>
internal static class LoggedPoint
{
    private const int LongestKey = 250;

    /// <exception cref="InvalidInputException">The key is wrong; told to the caller now, because later it would refuse the points beside it.</exception>
    public static MetricPoint Of(string key, double value, long step, DateTimeOffset timestamp)
    {
        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey || key.Any(char.IsControl) || HasLoneSurrogate(key))
        {
            throw new InvalidInputException(
                $"metric key '{key}' is not allowed: 1 to {LongestKey} characters of well-formed text without control characters are.", nameof(key));
        }

        return new() { Key = key, Value = value, Step = step, Timestamp = timestamp };
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
            {
                return true;
            }

            text = text[length..];
        }

        return false;
    }
}
