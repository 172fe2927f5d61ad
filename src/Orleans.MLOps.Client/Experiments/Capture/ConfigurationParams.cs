using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>A configuration object as params: the paths of its members' values, as its JSON has them, shortened to what the platform takes.</summary>
internal static class ConfigurationParams
{
    private const int LargestBatch = 1000;

    // In UTF-8 three bytes each at most, which with the rest of a message stays below 4 MB.
    private const int LargestBatchText = 1_000_000;

    private static readonly string[] SeedNames = ["seed", "randomseed", "random_seed"];
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static Dictionary<string, string> Of<T>(T configuration)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(found, "", JsonSerializer.SerializeToElement(configuration, Options));
        return found;
    }

    /// <summary>The params in batches that fit one call each.</summary>
    public static IEnumerable<Dictionary<string, string>> Batches(Dictionary<string, string> parameters)
    {
        var (batch, length) = (new Dictionary<string, string>(StringComparer.Ordinal), 0);
        foreach (var (key, value) in parameters)
        {
            if (batch.Count == LargestBatch || (batch.Count > 0 && length + key.Length + value.Length > LargestBatchText))
            {
                yield return batch;
                (batch, length) = (new(StringComparer.Ordinal), 0);
            }

            batch[key] = value;
            length += key.Length + value.Length;
        }

        yield return batch;
    }

    /// <summary>The value of a member named seed, if there is one.</summary>
    public static long? Seed(Dictionary<string, string> parameters)
    {
        var seed = parameters.FirstOrDefault(entry => SeedNames.Contains(entry.Key, StringComparer.OrdinalIgnoreCase)).Value;
        return long.TryParse(seed, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static void Add(Dictionary<string, string> found, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().Any():
                foreach (var member in value.EnumerateObject())
                {
                    Add(found, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
                }

                break;
            default:
                var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
                found[path.Length == 0 ? "config" : RecordedText.Key(path)] = RecordedText.Of(text, RecordedText.LongestParam);
                break;
        }
    }
}
