using System.Text.Json;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Server.Serving;

/// <summary>
/// Reads what a TorchScript model takes and gives: <c>{"inputs": [{"name": "x", "type": "Float32", "shape": [-1, 16]}], "outputs": [...]}</c>, beside
/// the file or in the folder above.
/// </summary>
internal static class SignatureFile
{
    /// <exception cref="InvalidInputException">There is none, or it is no signature.</exception>
    public static TensorSignature Find(string model)
    {
        var folder = Path.GetDirectoryName(model)!;
        var path = new[] { folder, Path.GetDirectoryName(folder)! }.Select(place => Path.Combine(place, FoundVersion.Signature)).FirstOrDefault(File.Exists)
            ?? throw new InvalidInputException($"'{FoundVersion.TorchScript}' needs '{FoundVersion.Signature}' beside it or in the folder above: its file does not say what it takes and gives.", "tensors");
        try
        {
            return JsonSerializer.Deserialize<TensorSignature>(File.ReadAllText(path), Governance.CatalogJson.Options)
                ?? throw new InvalidInputException($"'{path}' is null; a signature is needed.", "tensors");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"'{path}' is no signature: {error.Message}", "tensors", error);
        }
    }
}
