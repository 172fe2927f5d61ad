using System.Buffers.Binary;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Serving;

/// <summary>
/// Checks tensors against a signature: the same for an endpoint and for a model in the caller's process. Pure; every refusal names the tensor, what
/// was expected and what was given.
/// </summary>
internal static class TensorRules
{
    private const int LongestText = 1024;
    private const int LongestName = 128;
    private const int MostDimensions = 32;

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);

    /// <summary>What a request must be, whatever the model.</summary>
    public static void Check(InferRequest request)
    {
        // No door lets one through, but an Orleans client may.
        RequireAll(request.Inputs, request.Outputs);
        if (request is { Version: not null, Label: not null })
        {
            throw new InvalidInputException($"version {request.Version} and label '{request.Label}' are given; only one of them can be meant.", "version");
        }

        CheckText(request.RequestId, "request_id");
        CheckText(request.AffinityKey, "affinity_key");
        if (request.OperationId is { Length: 0 or > LongestName } name)
        {
            throw new InvalidInputException($"operation_id has {name.Length} characters; 1 to {LongestName} are allowed.", "operation_id");
        }

        CheckWaiting(request.Timeout, request.Priority);
        if (request.MinimumRevision < 0)
        {
            throw new InvalidInputException($"minimum_revision is {request.MinimumRevision}; at least 0 is needed.", "minimum_revision");
        }
    }

    /// <summary>How a request may wait.</summary>
    public static void CheckWaiting(TimeSpan? timeout, int priority)
    {
        if (priority is < 0 or > 255)
        {
            throw new InvalidInputException($"priority is {priority}; 0 to 255 are allowed.", "priority");
        }

        if (timeout is { } time && (time <= TimeSpan.Zero || time > LongestTimeout))
        {
            throw new InvalidInputException($"timeout is {time}; a time above 0 and up to {LongestTimeout} is needed.", "timeout");
        }
    }

    /// <summary>Nothing that a check reads is null.</summary>
    public static void RequireAll(Tensor[]? inputs, string[]? outputs)
    {
        if (inputs is null || outputs is null || Array.Exists(inputs, static input => input is not { Name: not null, Shape: not null, Data: not null }))
        {
            throw new InvalidInputException("The inputs, their names, shapes and data, and the outputs must not be null.", "inputs");
        }
    }

    /// <summary>Checks inputs and wanted outputs of an endpoint's request; gives its rows.</summary>
    public static int Check(TensorSignature signature, InferRequest request, EndpointLimits limits)
    {
        var endpoint = new TensorTaker("endpoint", request.Endpoint);
        var (rows, bytes) = CheckInputs(signature, request.Inputs, endpoint);
        if (bytes > limits.Bytes)
        {
            throw new InvalidInputException($"The inputs have {bytes} bytes; {limits.Bytes} are allowed in one request of {endpoint}.", "inputs");
        }

        if (rows > limits.Rows)
        {
            throw new InvalidInputException($"The inputs have {rows} rows; {limits.Rows} are allowed in one request of {endpoint}.", "inputs");
        }

        CheckOutputs(signature, request.Outputs, endpoint);
        return rows;
    }

    /// <summary>Checks inputs; gives their rows, the first dimension of the first input that has one, otherwise 1, and their bytes.</summary>
    public static (int Rows, long Bytes) CheckInputs(TensorSignature signature, Tensor[] inputs, TensorTaker taker)
    {
        if (inputs.Length > signature.Inputs.Length)
        {
            throw new InvalidInputException($"{inputs.Length} inputs were given; {taker} takes {signature.Inputs.Length}: {Names(signature.Inputs)}.", "inputs");
        }

        long bytes = 0;
        var rows = -1L;
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            var spec = Find(signature.Inputs, input.Name)
                ?? throw new InvalidInputException($"Input '{Quoted.Shorten(input.Name)}' is not one of {taker}; it takes {Names(signature.Inputs)}.", "inputs");
            for (var earlier = 0; earlier < i; earlier++)
            {
                if (inputs[earlier].Name == input.Name)
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
            if (!spec.Optional && !Contains(inputs, spec.Name))
            {
                throw new InvalidInputException($"Input '{spec.Name}' is missing; {taker} takes {Names(signature.Inputs)}.", spec.Name);
            }
        }

        return (rows < 0 ? 1 : (int)rows, bytes);
    }

    /// <summary>Checks the names of wanted outputs.</summary>
    public static void CheckOutputs(TensorSignature signature, string[] outputs, TensorTaker taker)
    {
        for (var i = 0; i < outputs.Length; i++)
        {
            var name = outputs[i];
            if (Find(signature.Outputs, name) is null)
            {
                throw new InvalidInputException($"Output '{Quoted.Shorten(name)}' is not one of {taker}; it gives {Names(signature.Outputs)}.", "outputs");
            }

            if (Array.IndexOf(outputs, name, 0, i) >= 0)
            {
                throw new InvalidInputException($"Output '{name}' is asked for twice.", "outputs");
            }
        }
    }

    /// <summary>Names, types and shapes for messages.</summary>
    public static string Names(TensorSpec[] specs) => string.Join(", ", specs.Select(spec => $"'{spec.Name}' {Form(spec)}"));

    /// <summary>Type and shape of a tensor for people.</summary>
    public static string Form(TensorSpec spec) => $"{TensorTypes.Name(spec.Type)} {Text(spec.Shape)}{(spec.Optional ? " (optional)" : "")}";

    private static void Check(TensorSpec spec, Tensor input)
    {
        if (input.Type != spec.Type)
        {
            throw new InvalidInputException($"Input '{input.Name}' is {TensorTypes.Name(input.Type)}; {TensorTypes.Name(spec.Type)} is expected.", input.Name);
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

        var needed = count * TensorTypes.Size(input.Type);
        if (input.Data.Length != needed)
        {
            throw new InvalidInputException(
                $"Input '{input.Name}' has {input.Data.Length} bytes; {needed} are expected for {TensorTypes.Name(input.Type)} of shape {Text(input.Shape)}.", input.Name);
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

    /// <summary>A text that a request may do without is not empty and not too long.</summary>
    public static void CheckText(string? text, string field)
    {
        if (text is { Length: 0 or > LongestText })
        {
            throw new InvalidInputException($"{field} has {text.Length} characters; 1 to {LongestText} are allowed.", field);
        }
    }

    private static string Text(long[] shape) => shape.Length > MostDimensions ? $"of {shape.Length} dimensions" : $"[{string.Join(", ", shape)}]";
}
