using Google.Protobuf;
using Google.Protobuf.Collections;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>Requests and answers of the protocol as the platform's own. Raw in gives raw out, typed in typed out.</summary>
internal static class InferMessages
{
    /// <exception cref="InvalidInputException">The message contradicts itself.</exception>
    public static InferRequest ToRequest(ModelInferRequest message)
    {
        var (version, label) = ServedModels.Version(message.ModelVersion);
        var raw = message.RawInputContents;
        if (raw.Count > 0 && raw.Count != message.Inputs.Count)
        {
            throw new InvalidInputException($"raw_input_contents has {raw.Count} entries for {message.Inputs.Count} inputs; one for each is needed.", "raw_input_contents");
        }

        var inputs = new Tensor[message.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = ToTensor(message.Inputs[i], raw.Count > 0 ? raw[i] : null);
        }

        var outputs = message.Outputs.Count == 0 ? [] : new string[message.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            outputs[i] = message.Outputs[i].Name;
            RefuseParameters(message.Outputs[i].Parameters);
        }

        var request = new InferRequest
        {
            Endpoint = ServedModels.RequireName(message.ModelName),
            Version = version,
            Label = label,
            RequestId = message.Id.Length > 0 ? message.Id : null,
            Inputs = inputs,
            Outputs = outputs,
        };
        return message.Parameters.Count == 0 ? request : RequestParameters.Apply(request, Named(message.Parameters));
    }

    public static ModelInferResponse ToResponse(ModelInferRequest request, InferReply reply)
    {
        var response = new ModelInferResponse
        {
            ModelName = request.ModelName,
            ModelVersion = reply.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Id = request.Id,
        };
        var raw = request.RawInputContents.Count > 0 || reply.Outputs.Any(output => TensorNames.Size(output.Type) == sizeof(ushort) && output.Type is TensorType.Float16 or TensorType.BFloat16);
        foreach (var output in reply.Outputs)
        {
            var message = new ModelInferResponse.Types.InferOutputTensor { Name = output.Name, Datatype = TensorNames.Of(output.Type) };
            message.Shape.AddRange(output.Shape);
            if (raw)
            {
                response.RawOutputContents.Add(UnsafeByteOperations.UnsafeWrap(output.Data));
            }
            else
            {
                message.Contents = TypedContents.Of(output);
            }

            response.Outputs.Add(message);
        }

        return response;
    }

    private static Tensor ToTensor(ModelInferRequest.Types.InferInputTensor message, ByteString? raw)
    {
        RefuseParameters(message.Parameters);
        var type = TensorNames.Parse(message.Datatype, message.Name);
        if (raw is not null && message.Contents is not null)
        {
            throw new InvalidInputException($"Input '{message.Name}' has contents beside raw_input_contents; only one of them may be filled.", message.Name);
        }

        var data = raw is not null ? InferWire.Bytes(raw)
            : message.Contents is { } contents ? TypedContents.ToData(message.Name, type, contents)
            : [];
        var shape = WireArrays.Copy(message.Shape);
        if (raw is null)
        {
            RequireCount(message.Name, type, shape, data);
        }

        return new Tensor { Name = message.Name, Type = type, Shape = shape, Data = data };
    }

    /// <summary>A number of typed elements that does not fit the shape is named as elements, not as bytes.</summary>
    private static void RequireCount(string name, TensorType type, long[] shape, byte[] data)
    {
        var size = TensorNames.Size(type);
        var count = TensorNames.Count(shape);
        if (size > 0 && data.Length / size != count)
        {
            throw new InvalidInputException($"Input '{name}' has {data.Length / size} elements; its shape [{string.Join(", ", shape.Take(32))}] needs {(count < 0 ? "other ones" : count)}.", name);
        }
    }

    private static void RefuseParameters(MapField<string, InferParameter> parameters)
    {
        if (parameters.Count > 0)
        {
            RequestParameters.RefuseShared(parameters.Keys);
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Named(MapField<string, InferParameter> parameters) => parameters.Select(parameter => KeyValuePair.Create<string, object?>(
        parameter.Key,
        parameter.Value.ParameterChoiceCase switch
        {
            InferParameter.ParameterChoiceOneofCase.BoolParam => parameter.Value.BoolParam,
            InferParameter.ParameterChoiceOneofCase.Int64Param => parameter.Value.Int64Param,
            InferParameter.ParameterChoiceOneofCase.StringParam => parameter.Value.StringParam,
            InferParameter.ParameterChoiceOneofCase.DoubleParam => parameter.Value.DoubleParam,
            InferParameter.ParameterChoiceOneofCase.Uint64Param => parameter.Value.Uint64Param > long.MaxValue ? long.MaxValue : (long)parameter.Value.Uint64Param,
            _ => null,
        }));
}
