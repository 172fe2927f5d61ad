using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>One row of the network 16-64-64-1, as every door takes it.</summary>
internal static class MlpRequest
{
    public const string Model = "mlp";
    private const string Input = "input";

    private static readonly float[] Row = Floats();
    private static readonly byte[] Data = MemoryMarshal.AsBytes(Row.AsSpan()).ToArray();
    private static readonly string Numbers = string.Join(',', Row.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>The sample's file, from where the benchmarks are started: the repository's root.</summary>
    public static string File => Path.Combine(Folder, Model, "1", "model.onnx");

    public static string Folder => Path.Combine("samples", "models");

    public static EngineTensor Engine { get; } = new(Input, ElementType.Float32, [1, Row.Length], Data);

    public static byte[] OpenRest { get; } = Encoding.UTF8.GetBytes($$"""{"inputs":[{"name":"{{Input}}","shape":[1,{{Row.Length}}],"datatype":"FP32","data":[{{Numbers}}]}]}""");

    public static byte[] TensorFlow { get; } = Encoding.UTF8.GetBytes($$"""{"instances":[[{{Numbers}}]]}""");

    public static InferRequest Record(string endpoint = Model) =>
        new() { Endpoint = endpoint, Inputs = [new() { Name = Input, Type = TensorType.Float32, Shape = [1, Row.Length], Data = Data }] };

    public static byte[] OwnGrpc()
    {
        var message = new W.InferRequest { Endpoint = Model, Inputs = { new W.Tensor { Name = Input, Type = W.TensorType.Float32, Data = ByteString.CopyFrom(Data) } } };
        message.Inputs[0].Shape.AddRange([1, Row.Length]);
        return message.ToByteArray();
    }

    public static byte[] OpenGrpc() => OpenGrpc(Model, Input, [1, Row.Length], Data);

    public static byte[] OpenGrpc(string model, string input, long[] shape, byte[] data)
    {
        var tensor = new ModelInferRequest.Types.InferInputTensor { Name = input, Datatype = "FP32" };
        tensor.Shape.AddRange(shape);
        return new ModelInferRequest { ModelName = model, Inputs = { tensor }, RawInputContents = { ByteString.CopyFrom(data) } }.ToByteArray();
    }

    public static float Answer(ReadOnlySpan<byte> output) => BinaryPrimitives.ReadSingleLittleEndian(output);

    public static float OwnGrpcAnswer(byte[] reply) => Answer(W.InferReply.Parser.ParseFrom(reply).Outputs[0].Data.Span);

    public static float OpenGrpcAnswer(byte[] reply) => Answer(ModelInferResponse.Parser.ParseFrom(reply).RawOutputContents[0].Span);

    public static float OpenRestAnswer(byte[] reply) => JsonElement.Parse(reply).GetProperty("outputs")[0].GetProperty("data")[0].GetSingle();

    public static float TensorFlowAnswer(byte[] reply) => JsonElement.Parse(reply).GetProperty("predictions")[0][0].GetSingle();

    private static float[] Floats()
    {
        var random = new Random(16);
        return [.. Enumerable.Range(0, 16).Select(_ => (random.NextSingle() * 4) - 2)];
    }
}
