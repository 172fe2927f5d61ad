using System.Text.Json;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>A configuration object as params: the paths of its members' values, as its JSON has them.</summary>
internal static class ConfigurationParams
{
    private static readonly string[] SeedNames = ["seed", "randomseed", "random_seed"];

    public static Dictionary<string, string> Of<T>(T configuration)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(found, "", JsonSerializer.SerializeToElement(configuration));
        return found;
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
                found[path.Length == 0 ? "config" : path] = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
                break;
        }
    }
}
