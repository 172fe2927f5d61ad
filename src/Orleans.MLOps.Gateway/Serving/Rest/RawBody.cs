using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Triton's raw binary request: the whole body is the one input of the model, one row, and all outputs come back as binary data.</summary>
internal static class RawBody
{
    /// <exception cref="InvalidInputException">The model does not take one input of which at most the first dimensions are open.</exception>
    public static InferBody Read(ServedEndpoint endpoint, string? version, ReadOnlyMemory<byte> body)
    {
        if (endpoint.Versions[0].Signature.Inputs is not [var input])
        {
            throw new InvalidInputException($"Model '{endpoint.Name}' takes {endpoint.Versions[0].Signature.Inputs.Length} inputs; a raw binary request is for models of one.", "inference-header-content-length");
        }

        var size = TensorNames.Size(input.Type);
        long[] shape = [.. input.Shape.Select((dimension, axis) => axis == 0 && dimension < 0 ? 1 : dimension)];
        byte[] data = size > 0 ? body.ToArray() : [.. BitConverter.GetBytes((uint)body.Length), .. body.Span];
        if (Array.IndexOf(shape, -1L) is var open and >= 0)
        {
            var others = shape.Where(dimension => dimension > 0).Aggregate(1L, (product, dimension) => product * dimension);
            shape[open] = size > 0 ? data.Length / size / others : 1;
        }

        var (number, label) = ServedModels.Version(version);
        return new InferBody(
            new InferRequest
            {
                Endpoint = endpoint.Name,
                Version = number,
                Label = label,
                Inputs = [new Tensor { Name = input.Name, Type = input.Type, Shape = shape, Data = data }],
            },
            BinaryByDefault: true,
            Binary: null);
    }
}
