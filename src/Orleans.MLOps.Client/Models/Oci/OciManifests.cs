using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Image manifests of packages. The same package gives the same bytes, so one digest names it in every registry.</summary>
internal static class OciManifests
{
    /// <summary>Bytes of the largest manifest; registries take no longer ones.</summary>
    public const int Longest = 4 * 1024 * 1024;

    private const string Algorithm = "sha256:";
    private const string Field = "reference";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    };

    public static string Digest(ReadOnlySpan<byte> bytes) => Algorithm + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static string Digest(ModelPackageEntry entry) => Algorithm + entry.Sha256;

    public static byte[] Write(ModelPackage package)
    {
        var manifest = package.Manifest;
        return JsonSerializer.SerializeToUtf8Bytes(
            new OciManifest
            {
                SchemaVersion = 2,
                MediaType = OciMediaTypes.ImageManifest,
                ArtifactType = OciMediaTypes.Artifact,
                Config = new() { MediaType = OciMediaTypes.Config, Digest = Algorithm + package.Digest, Size = package.ManifestBytes.Length },
                Layers = [.. manifest.Entries.Select(Layer)],
                Annotations = new(StringComparer.Ordinal)
                {
                    ["org.opencontainers.image.created"] = manifest.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    [OciDescriptor.Title] = manifest.Model,
                    ["org.opencontainers.image.version"] = manifest.Version.ToString(CultureInfo.InvariantCulture),
                },
            },
            Options);
    }

    /// <exception cref="InvalidInputException">It is not the manifest of a model.</exception>
    public static OciManifest Read(ReadOnlySpan<byte> bytes, OciReference reference)
    {
        OciManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<OciManifest>(bytes, Options) ?? throw Wrong(reference, "has the manifest null");
        }
        catch (JsonException error)
        {
            throw Wrong(reference, $"has no image manifest: {error.Message}", error);
        }

        if (manifest.SchemaVersion != 2 || manifest.MediaType is not (null or OciMediaTypes.ImageManifest))
        {
            throw Wrong(reference, $"has a manifest of type '{manifest.MediaType}', schema {manifest.SchemaVersion}; needed is {OciMediaTypes.ImageManifest}, schema 2");
        }

        if (manifest.ArtifactType is not (null or OciMediaTypes.Artifact) || manifest.Config.MediaType != OciMediaTypes.Config)
        {
            throw Wrong(
                reference,
                $"is no model: its type is '{manifest.ArtifactType}' with a configuration '{manifest.Config.MediaType}'; needed is {OciMediaTypes.Artifact} with {OciMediaTypes.Config}");
        }

        return manifest.Config.Size is >= 0 and <= ModelPackageFormat.LongestManifest && IsDigest(manifest.Config.Digest)
            ? manifest
            : throw Wrong(
                reference,
                $"names a configuration '{manifest.Config.Digest}' of {manifest.Config.Size} bytes; a sha256 digest and at most {ModelPackageFormat.LongestManifest} bytes are allowed");
    }

    /// <summary>The configuration as a file to verify.</summary>
    public static ModelPackageEntry Config(OciManifest manifest) =>
        new() { Name = ModelPackageFormat.Manifest, Sha256 = manifest.Config.Digest[Algorithm.Length..], Length = manifest.Config.Size };

    /// <summary>The layers are just the entries of the package.</summary>
    /// <exception cref="InvalidInputException">A layer is missing, not named or another one.</exception>
    public static void Match(OciManifest manifest, ModelPackageManifest package, OciReference reference)
    {
        if (!manifest.Layers.Select(Describe).Order(StringComparer.Ordinal).SequenceEqual(package.Entries.Select(Layer).Select(Describe).Order(StringComparer.Ordinal)))
        {
            throw Wrong(
                reference,
                $"has the layers [{string.Join("; ", manifest.Layers.Select(Describe))}], but its configuration names [{string.Join("; ", package.Entries.Select(Layer).Select(Describe))}]");
        }
    }

    private static OciDescriptor Layer(ModelPackageEntry entry) => new()
    {
        MediaType = OciMediaTypes.Layer(entry.Name),
        Digest = Digest(entry),
        Size = entry.Length,
        Annotations = new(StringComparer.Ordinal) { [OciDescriptor.Title] = entry.Name },
    };

    private static string Describe(OciDescriptor? layer) => layer is null
        ? "null"
        : $"{layer.Annotations?.GetValueOrDefault(OciDescriptor.Title)} {layer.MediaType} {layer.Digest} {layer.Size}";

    private static bool IsDigest(string digest) => digest.StartsWith(Algorithm, StringComparison.Ordinal) && ManifestRules.IsDigest(digest[Algorithm.Length..]);

    private static InvalidInputException Wrong(OciReference reference, string what, Exception? inner = null) => new($"'{reference}' {what}.", Field, inner);
}
