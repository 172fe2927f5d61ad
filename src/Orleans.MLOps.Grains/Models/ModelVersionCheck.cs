using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Checks that a version holds together before it is registered: its blobs exist, fit its network, and its ONNX file loads.</summary>
internal sealed class ModelVersionCheck(IBlobStore blobs, TorchScriptPolicy torchScript, Builtins builtins)
{
    /// <exception cref="InvalidInputException">A part does not fit the others; the message says which.</exception>
    /// <exception cref="NotFoundException">A blob is not stored.</exception>
    /// <returns>What the version takes and gives as tensors; null for a network of the platform and for a foreign model.</returns>
    public async Task<TensorSignature?> RunAsync(RegisterModelVersion command, CancellationToken cancellationToken)
    {
        TensorSignature? tensors = null;
        torchScript.Require(command.TorchScript);
        builtins.Require(command.Builtin);
        await RequireAsync(command.Reference, "reference", cancellationToken);
        if (command is { Onnx: { } onnx, Weights: { } weights, NetworkJson: { } json })
        {
            await CheckAsync(command, onnx, weights, json, cancellationToken);
        }
        else if (command.Onnx is not null || command.TorchScript is not null || command.Builtin is not null)
        {
            tensors = await OpenAsync(command, cancellationToken);
        }

        // They may be files of a run, whose bytes go when the run is removed for good.
        foreach (var blob in new[] { command.Reference, command.Onnx, command.Weights, command.TorchScript }.OfType<BlobRef>())
        {
            await blobs.KeepAsync(blob.Digest, cancellationToken);
        }

        return tensors;
    }

    /// <summary>Opens a general model and reads what it takes and gives.</summary>
    private async Task<TensorSignature> OpenAsync(RegisterModelVersion command, CancellationToken cancellationToken)
    {
        var (blob, field) = command.Onnx is not null ? (command.Onnx, "onnx") : (command.TorchScript, "torch_script");
        var bytes = blob is null ? [] : await ReadAsync(blob, field, cancellationToken);
        var read = await ModelLoading.RunAsync(() => Translate(field, () =>
        {
            using var engine = TensorEngines.Open(RegistrationRules.Version(command, null, 1, default), bytes, builtins);
            return TensorEngines.SignatureOf(engine);
        }));
        return command.Tensors is not { } said || (TensorSpecs.AreSame(said.Inputs, read.Inputs) && TensorSpecs.AreSame(said.Outputs, read.Outputs))
            ? read
            : throw new InvalidInputException($"tensors differ from what the file says: it takes {TensorRules.Names(read.Inputs)} and gives {TensorRules.Names(read.Outputs)}.", "tensors");
    }

    private async Task CheckAsync(RegisterModelVersion command, BlobRef onnxBlob, BlobRef weightsBlob, string json, CancellationToken cancellationToken)
    {
        var network = Translate("network_json", () => TabularNetworkSpec.Parse(json));
        CheckSignature(command.Signature, network);
        var onnx = await ReadAsync(onnxBlob, "onnx", cancellationToken);
        var weights = await ReadAsync(weightsBlob, "weights", cancellationToken);
        Translate("weights", () => SafeTensorsFile.Read(weights));
        Translate("onnx", () => CheckOnnx(onnx, network));
    }

    private static bool CheckOnnx(byte[] onnx, TabularNetworkSpec network)
    {
        using var scorer = new OnnxScorer(onnx);
        return scorer.NumericInputs == network.Numeric.Count && scorer.CategoricalInputs == network.Categorical.Count
            ? true
            : throw new InvalidDataException(
                $"it reads {scorer.NumericInputs} numbers and {scorer.CategoricalInputs} categories, the network {network.Numeric.Count} and {network.Categorical.Count}.");
    }

    private static void CheckSignature(SignatureColumn[] signature, TabularNetworkSpec network)
    {
        var numbers = signature.Where(column => !column.Categorical).Select(column => column.Name);
        var categories = signature.Where(column => column.Categorical).Select(column => column.Name);
        if (!numbers.SequenceEqual(network.Numeric.Select(input => input.Name)) || !categories.SequenceEqual(network.Categorical.Select(input => input.Name)))
        {
            throw new InvalidInputException(
                $"signature [{string.Join(", ", signature.Select(column => column.Name))}] does not name the network's inputs [{string.Join(", ", network.Numeric.Select(input => input.Name).Concat(network.Categorical.Select(input => input.Name)))}] in order.",
                "signature");
        }
    }

    private static T Translate<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            throw new InvalidInputException($"{field} cannot be registered: {error.Message}", field, error);
        }
    }

    private async Task<byte[]> ReadAsync(BlobRef blob, string field, CancellationToken cancellationToken)
    {
        await RequireAsync(blob, field, cancellationToken);
        return await blobs.ReadAsync(blob.Digest, cancellationToken);
    }

    private async Task RequireAsync(BlobRef? blob, string field, CancellationToken cancellationToken)
    {
        if (blob is not null && await blobs.FindAsync(blob.Digest, cancellationToken) is null)
        {
            throw new NotFoundException($"{field}: no blob {blob.Digest} is stored.", field);
        }
    }
}
