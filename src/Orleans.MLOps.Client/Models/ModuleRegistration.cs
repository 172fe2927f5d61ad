using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models;

/// <summary>Registers modules that were converted to ONNX.</summary>
public static class ModuleRegistration
{
    /// <summary>
    /// Uploads the file of a converted module and registers it with the outcome of its comparison. A version whose parity failed is registered for the
    /// record and cannot be deployed. Repeats with the same operation id give the version registered first.
    /// </summary>
    /// <param name="client">The platform.</param>
    /// <param name="converted">The module's file, of <c>ModuleConversion.Convert</c>.</param>
    /// <param name="command">Model, operation id, run and whatever else is known; without <see cref="RegisterModelVersion.Onnx"/> and <see cref="RegisterModelVersion.Parity"/>.</param>
    /// <param name="cancellationToken">Cancels upload and registration.</param>
    /// <exception cref="InvalidInputException">The command has bytes or a parity of its own, or a network's parts.</exception>
    public static async Task<ModelVersionInfo> RegisterConvertedAsync(
        this IMlopsClient client, ConvertedModule converted, RegisterModelVersion command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(converted);
        ArgumentNullException.ThrowIfNull(command);
        if (command.Onnx is not null || command.Parity is not null)
        {
            throw new InvalidInputException("onnx and parity come from the converted module; they must not be given.", "onnx");
        }

        using var content = MemoryMarshal.TryGetArray(converted.Onnx, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(converted.Onnx.ToArray(), writable: false);
        var onnx = await client.Models.UploadAsync(content, cancellationToken).ConfigureAwait(false);
        var parity = new ParityRecord { Rows = converted.Parity.Rows, MaxAbsoluteDifference = converted.Parity.MaxAbsoluteDifference, Passed = converted.Parity.Passed };
        return await client.Models.RegisterAsync(command with { Onnx = onnx, Parity = parity }, cancellationToken).ConfigureAwait(false);
    }
}
