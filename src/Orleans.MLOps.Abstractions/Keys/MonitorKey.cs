using System.Globalization;

namespace Orleans.MLOps;

/// <summary>Key of the monitor of one model version behind an endpoint: <c>monitor/endpoint/project/name/version</c>.</summary>
public readonly record struct MonitorKey(EndpointKey Endpoint, int Version)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static MonitorKey Parse(string key)
    {
        var parts = KeyText.Split(key, "monitor", 5);
        return int.TryParse(parts[4], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(EndpointKey.Parse(string.Join('/', parts[1..4])), version)
            : throw new InvalidInputException($"'{key}' is not a monitor key: its version is not a number.", "key");
    }

    /// <summary>The key as grains carry it.</summary>
    public override string ToString() => $"monitor/{Endpoint}/{Version}";
}
