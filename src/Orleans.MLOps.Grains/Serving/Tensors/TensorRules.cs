using System.Buffers.Binary;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>Checks tensors against a signature. Pure; every refusal names the tensor, what was expected and what was given.</summary>
internal static class TensorRules
{
    private const int LongestText = 1024;
    private const int MostDimensions = 32;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>What a request must be, whatever the model.</summary>
    public static void Check(InferRequest request)
    {
        // No door lets one through, but an Orleans client may.
        if (request.Inputs is null || request.Outputs is null || Array.Exists(request.Inputs, static input => input is not { Name: not null, Shape: not null, Data: not null }))
        {
            throw new InvalidInputException("The inputs, their names, shapes and data, and the outputs must not be null.", "inputs");
        }

        if (request is { Version: not null, Label: not null })
        {
            throw new InvalidInputException($"version {request.Version} and label '{request.Label}' are given; only one of them can be meant.", "version");
        }

        CheckText(request.RequestId, "request_id");
        CheckText(request.AffinityKey, "affinity_key");
        if (request.Priority is < 0 or > 255)
        {
            throw new InvalidInputException($"priority is {request.Priority}; 0 to 255 are allowed.", "priority");
        }

        if (request.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > LongestTimeout))
        {
            throw new InvalidInputException($"timeout is {timeout}; a time above 0 and up to {LongestTimeout} is needed.", "timeout");
        }

        if (request.MinimumRevision < 0)
        {
            throw new InvalidInputException($"minimum_revision is {request.MinimumRevision}; at least 0 is needed.", "minimum_revision");
        }
    }

    /// <summary>Checks inputs and wanted outputs; gives the rows, the first dimension of the first input that has one, otherwise 1.</summary>
    public static int Check(TensorSignature signature, InferRequest request, EndpointLimits limits)
    {
        if (request.Inputs.Length > signature.Inputs.Length)
        {
            throw new InvalidInputException(
                $"{request.Inputs.Length} inputs were given; endpoint '{request.Endpoint}' takes {signature.Inputs.Length}: {Names(signature.Inputs)}.", "inputs");
        }

        long bytes = 0;
        var rows = -1L;
        for (var i = 0; i < request.Inputs.Length; i++)
        {
            var input = request.Inputs[i];
            var spec = Find(signature.Inputs, input.Name)
                ?? throw new InvalidInputException($"Input '{StorableText.Shorten(input.Name)}' is not one of endpoint '{request.Endpoint}'; it takes {Names(signature.Inputs)}.", "inputs");
            for (var earlier = 0; earlier < i; earlier++)
            {
                if (request.Inputs[earlier].Name == input.Name)
                {
                    throw new InvalidInputException($"Input '{input.Name}' is given twice.", input.Name);
                }
            }

            Check(spec, input);
            bytes += input.Data.Length;
            rows = rows < 0 && input.Shape.Length > 0 ? input.Shape[0] : rows;
        }

        foreach (var spec in signature.Inputs)
        {
            if (!spec.Optional && !Contains(request.Inputs, spec.Name))
            {
                throw new InvalidInputException($"Input '{spec.Name}' is missing; endpoint '{request.Endpoint}' takes {Names(signature.Inputs)}.", spec.Name);
            }
        }

        if (bytes > limits.Bytes)
        {
            throw new InvalidInputException($"The inputs have {bytes} bytes; {limits.Bytes} are allowed in one request of endpoint '{request.Endpoint}'.", "inputs");
        }

        if (rows > limits.Rows)
        {
            throw new InvalidInputException($"The inputs have {rows} rows; {limits.Rows} are allowed in one request of endpoint '{request.Endpoint}'.", "inputs");
        }

        CheckOutputs(signature, request);
        return rows < 0 ? 1 : (int)rows;
    }

    /// <summary>The name by which the Open Inference Protocol knows a type.</summary>
    public static string Name(TensorType type) => type switch
    {
        TensorType.Float16 => "FP16",
        TensorType.Float32 => "FP32",
        TensorType.Float64 => "FP64",
        TensorType.BFloat16 => "BF16",
        _ => type.ToString().ToUpperInvariant(),
    };

    private static void Check(TensorSpec spec, Tensor input)
    {
        if (input.Type != spec.Type)
        {
            throw new InvalidInputException($"Input '{input.Name}' is {Name(input.Type)}; {Name(spec.Type)} is expected.", input.Name);
        }

        if (input.Shape.Length > MostDimensions || !Fits(spec.Shape, input.Shape))
        {
            throw new InvalidInputException($"Input '{input.Name}' has the shape {Text(input.Shape)}; {Text(spec.Shape)} is expected.", input.Name);
        }

        long count = 1;
        foreach (var dimension in input.Shape)
        {
            // Data is at most an array, so nothing near an overflow can be right; a later 0 does not mend it.
            count = dimension != 0 && count > int.MaxValue / dimension
                ? throw new InvalidInputException($"Input '{input.Name}' has the shape {Text(input.Shape)}, which is more elements than a request can hold.", input.Name)
                : count * dimension;
        }

        if (input.Type == TensorType.Bytes)
        {
            CheckTexts(input, count);
            return;
        }

        var needed = count * ((ElementType)input.Type).Size();
        if (input.Data.Length != needed)
        {
            throw new InvalidInputException(
                $"Input '{input.Name}' has {input.Data.Length} bytes; {needed} are expected for {Name(input.Type)} of shape {Text(input.Shape)}.", input.Name);
        }

        if (input.Type == TensorType.Bool && input.Data.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw new InvalidInputException($"Input '{input.Name}' has a byte that is neither 0 nor 1; BOOL takes no other.", input.Name);
        }
    }

    private static void CheckTexts(Tensor input, long count)
    {
        var rest = input.Data.AsSpan();
        for (var i = 0L; i < count; i++)
        {
            if (rest.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(rest) > (uint)(rest.Length - sizeof(uint)))
            {
                throw new InvalidInputException(
                    $"Input '{input.Name}' ends within element {i} of {count}; each BYTES element is its length as 4 bytes, then its bytes.", input.Name);
            }

            rest = rest[(sizeof(uint) + (int)BinaryPrimitives.ReadUInt32LittleEndian(rest))..];
        }

        if (!rest.IsEmpty)
        {
            throw new InvalidInputException($"Input '{input.Name}' has {rest.Length} bytes after its {count} elements of shape {Text(input.Shape)}.", input.Name);
        }
    }

    private static void CheckOutputs(TensorSignature signature, InferRequest request)
    {
        for (var i = 0; i < request.Outputs.Length; i++)
        {
            var name = request.Outputs[i];
            if (Find(signature.Outputs, name) is null)
            {
                throw new InvalidInputException($"Output '{StorableText.Shorten(name)}' is not one of endpoint '{request.Endpoint}'; it gives {Names(signature.Outputs)}.", "outputs");
            }

            if (Array.IndexOf(request.Outputs, name, 0, i) >= 0)
            {
                throw new InvalidInputException($"Output '{name}' is asked for twice.", "outputs");
            }
        }
    }

    private static bool Fits(long[] expected, long[] given)
    {
        if (expected.Length != given.Length)
        {
            return false;
        }

        for (var axis = 0; axis < expected.Length; axis++)
        {
            if (given[axis] is < 0 or > int.MaxValue || (expected[axis] >= 0 && expected[axis] != given[axis]))
            {
                return false;
            }
        }

        return true;
    }

    private static TensorSpec? Find(TensorSpec[] specs, string? name)
    {
        foreach (var spec in specs)
        {
            if (spec.Name == name)
            {
                return spec;
            }
        }

        return null;
    }

    private static bool Contains(Tensor[] tensors, string name)
    {
        foreach (var tensor in tensors)
        {
            if (tensor.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckText(string? text, string field)
    {
        if (text is { Length: 0 or > LongestText })
        {
            throw new InvalidInputException($"{field} has {text.Length} characters; 1 to {LongestText} are allowed.", field);
        }
    }

    private static string Text(long[] shape) => shape.Length > MostDimensions ? $"of {shape.Length} dimensions" : $"[{string.Join(", ", shape)}]";

    /// <summary>Names, types and shapes for messages.</summary>
    public static string Names(TensorSpec[] specs) => string.Join(", ", specs.Select(spec => $"'{spec.Name}' {Name(spec.Type)} {Text(spec.Shape)}{(spec.Optional ? " (optional)" : "")}"));
}
