using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>What must hold of a manifest by itself, before any other byte of its package is looked at.</summary>
internal static class ManifestRules
{
    private const int DigestLength = 64;

    /// <exception cref="InvalidInputException">A rule is broken; the message says which.</exception>
    public static void Check(ModelPackageManifest manifest)
    {
        _ = new ModelKey(manifest.Project, manifest.Model).ToString();
        Require(manifest.Version >= 1, $"names version {manifest.Version} of model '{manifest.Model}'; versions count from 1.");
        Require(Array.TrueForAll(manifest.Signature, column => column is not null), "holds a null in its signature.");
        Require(Array.TrueForAll(manifest.Outputs, column => column is not null), "holds a null in its outputs.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
        {
            Require(entry is not null, "holds a null in its entries.");
            CheckEntry(entry!, seen);
        }

        if (manifest.Tensors is { } tensors)
        {
            CheckTensors(manifest, tensors);
        }
        else
        {
            Require(manifest.NetworkJson is not null, "has neither 'network' nor 'tensors'; a package holds a network of the platform or a model of tensors.");
            Require(manifest.Parity is not null, "has no 'parity'; the export of a network has one.");
        }

        var (identity, kind) = manifest.Tensors is null ? (ModelPackageFormat.Weights, "a network") : (ModelPackageFormat.Onnx, "a model of tensors");
        foreach (var name in new[] { ModelPackageFormat.Card, identity })
        {
            Require(seen.Contains(name), $"names no entry '{name}'; every package of {kind} has one.");
        }

        var digest = manifest.Find(identity)!.Sha256;
        Require(manifest.Digest == digest, $"gives the model the digest '{manifest.Digest}' but '{identity}' the digest {digest}; they are the same.");
    }

    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    private static void CheckTensors(ModelPackageManifest manifest, TensorSignature tensors)
    {
        Require(
            manifest.NetworkJson is null && manifest.Signature.Length == 0 && manifest.Find(ModelPackageFormat.Weights) is null,
            $"has 'tensors' beside a 'network', a 'signature' of columns or '{ModelPackageFormat.Weights}', which only a network of the platform has.");
        CheckTensors(tensors.Inputs, "inputs");
        CheckTensors(tensors.Outputs, "outputs");
    }

    private static void CheckTensors(TensorSpec[] specs, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            Require(spec is not null, $"holds a null in the {what} of its tensors.");
            Require(seen.Add(spec!.Name), $"names the tensor '{Quoted.Shorten(spec.Name)}' twice in its {what}.");
            Require(spec.Type != TensorType.None, $"gives the tensor '{Quoted.Shorten(spec.Name)}' no type.");
            Require(Array.TrueForAll(spec.Shape, dimension => dimension >= -1), $"gives the tensor '{Quoted.Shorten(spec.Name)}' a dimension below -1.");
        }
    }

    private static void CheckEntry(ModelPackageEntry entry, HashSet<string> seen)
    {
        Require(
            ModelPackageFormat.Entries.Contains(entry.Name),
            $"names the entry '{entry.Name}'; allowed are {string.Join(", ", ModelPackageFormat.Entries)}.");
        Require(seen.Add(entry.Name), $"names the entry '{entry.Name}' twice.");
        Require(IsDigest(entry.Sha256), $"gives '{entry.Name}' the sha256 '{entry.Sha256}'; {DigestLength} lower-case hex digits are needed.");
        var longest = entry.Name == ModelPackageFormat.Card ? ModelPackageFormat.LongestCard : long.MaxValue;
        Require(entry.Length >= 0 && entry.Length <= longest, $"gives '{entry.Name}' {entry.Length} bytes; 0 to {longest} are allowed.");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw ManifestJson.Wrong(what);
        }
    }
}
