using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>Writes and reads manifests. The same manifest gives the same bytes on every machine.</summary>
internal static class ManifestJson
{
    private const string Entry = ModelPackageFormat.Manifest;

    // Properties that are not known are passed over, so what is added later needs no new format.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = false,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        MaxDepth = 32,
        Converters = { new TensorTypeConverter() },
    };

    /// <exception cref="InvalidInputException">The manifest is not one that <see cref="Read"/> takes.</exception>
    public static byte[] Write(ModelPackageManifest manifest)
    {
        byte[] bytes;
        try
        {
            bytes = JsonSerializer.SerializeToUtf8Bytes(
                manifest with
                {
                    CreatedAt = manifest.CreatedAt.ToUniversalTime(),
                    Metrics = new(manifest.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal)),
                    Entries = [.. manifest.Entries.OrderBy(entry => Place(entry?.Name))],
                },
                Options);
        }
        catch (JsonException error)
        {
            throw Wrong($"cannot be written: {error.Message}", error);
        }

        Read(bytes);
        return bytes;
    }

    /// <exception cref="InvalidInputException">The bytes are no manifest, or one of another format.</exception>
    public static ModelPackageManifest Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > ModelPackageFormat.LongestManifest)
        {
            throw Wrong($"has {json.Length} bytes; at most {ModelPackageFormat.LongestManifest} are allowed.");
        }

        try
        {
            RequireVersion(json);
            var manifest = JsonSerializer.Deserialize<ModelPackageManifest>(json, Options) ?? throw Wrong("is null.");
            ManifestRules.Check(manifest);
            return manifest;
        }
        catch (JsonException error)
        {
            throw Wrong($"is not a manifest: {error.Message}", error);
        }
    }

    public static InvalidInputException Wrong(string what, Exception? inner = null) => new($"{Entry} {what}", Entry, inner);

    /// <summary>The format comes first: what another format means by the other properties is not known.</summary>
    private static void RequireVersion(ReadOnlySpan<byte> json)
    {
        var version = JsonSerializer.Deserialize<FormatOnly>(json, Options)?.FormatVersion;
        if (version != ModelPackageFormat.Version)
        {
            throw Wrong($"has the format version {version?.ToString() ?? "null"}; only {ModelPackageFormat.Version} is known here.");
        }
    }

    private static int Place(string? name)
    {
        for (var place = 0; place < ModelPackageFormat.Entries.Count; place++)
        {
            if (ModelPackageFormat.Entries[place] == name)
            {
                return place;
            }
        }

        return ModelPackageFormat.Entries.Count;
    }

    private sealed record FormatOnly(int? FormatVersion);
}
