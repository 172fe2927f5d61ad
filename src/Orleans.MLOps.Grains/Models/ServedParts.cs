using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Which parts of a registration belong together. Pure.</summary>
internal static class ServedParts
{
    public static void Check(RegisterModelVersion command)
    {
        if (command.Version is < 1 or int.MaxValue)
        {
            throw new InvalidInputException($"version is {command.Version}; a number from 1 to {int.MaxValue - 1} is needed.", "version");
        }

        if (command.Weights is not null || command.NetworkJson is not null)
        {
            CheckNetwork(command);
            return;
        }

        var served = new object?[] { command.Onnx, command.TorchScript, command.Builtin }.Count(part => part is not null);
        if (served > 1)
        {
            throw new InvalidInputException("More than one of onnx, torch_script and builtin are given; a version serves one of them.", "onnx");
        }

        if (served == 0 && string.IsNullOrEmpty(command.Source))
        {
            throw new InvalidInputException(
                "A version without onnx, torch_script and builtin is a foreign model, which needs a source; none was given.", "source");
        }

        if (served > 0 && command.Signature.Length > 0)
        {
            throw new InvalidInputException("signature names columns, which only a network of the platform takes; a general model takes tensors.", "signature");
        }

        if (command.TorchScript is not null && command.Tensors is null)
        {
            throw new InvalidInputException("torch_script needs tensors: its file does not say what it takes and gives.", "tensors");
        }

        if (command.Tensors is not null && command.Onnx is null && command.TorchScript is null)
        {
            throw new InvalidInputException("tensors are given without onnx or torch_script; they describe one of these.", "tensors");
        }
    }

    private static void CheckNetwork(RegisterModelVersion command)
    {
        object?[] parts = [command.Onnx, command.Weights, command.NetworkJson, command.Parity];
        if (parts.Any(part => part is null) || command.TorchScript is not null || command.Builtin is not null || command.Tensors is not null)
        {
            throw new InvalidInputException(
                "A network of the platform has onnx, weights, network_json and parity, all of them, and none of torch_script, builtin and tensors.", "onnx");
        }
    }
}
