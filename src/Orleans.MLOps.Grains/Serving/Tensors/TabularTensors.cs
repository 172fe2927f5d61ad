using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>
/// A network of the platform as tensors: each column that the caller gives is a tensor of shape [rows], FP64 for numbers and BYTES of UTF-8 for
/// texts; the outputs are <c>probability</c> FP64 and <c>prediction_id</c> BYTES, which names each prediction for its label. Pure.
/// </summary>
internal static class TabularTensors
{
    public const string Probability = "probability";
    public const string PredictionIds = "prediction_id";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly TensorSpec[] Outputs =
        [new() { Name = Probability, Type = TensorType.Float64, Shape = [-1] }, new() { Name = PredictionIds, Type = TensorType.Bytes, Shape = [-1] }];

    /// <summary>The signature of a route: columns that windows compute are not the caller's.</summary>
    public static TensorSignature SignatureOf(FeatureLayout layout, IReadOnlyCollection<SignatureColumn> columns) => SignatureOf(
        [.. layout.CallerInputs.Select(name => columns.FirstOrDefault(column => column.Name == name) ?? new SignatureColumn { Name = name, Categorical = true })]);

    public static TensorSignature SignatureOf(IReadOnlyCollection<SignatureColumn> columns) => new()
    {
        Inputs = [.. columns.Select(column => new TensorSpec { Name = column.Name, Type = column.Categorical ? TensorType.Bytes : TensorType.Float64, Shape = [-1] })],
        Outputs = Outputs,
    };

    /// <exception cref="InvalidInputException">A text is not UTF-8.</exception>
    public static PredictRequest ToRequest(InferRequest request) => new()
    {
        Project = request.Project,
        Endpoint = request.Endpoint,
        Columns = Array.ConvertAll(request.Inputs, ToColumn),
        MinimumRevision = request.MinimumRevision,
    };

    public static Tensor[] ToOutputs(PredictReply reply, string[] wanted)
    {
        Tensor[] all =
        [
            new()
            {
                Name = Probability,
                Type = TensorType.Float64,
                Shape = [reply.Probabilities.Length],
                Data = MemoryMarshal.AsBytes(reply.Probabilities.AsSpan()).ToArray(),
            },
            new() { Name = PredictionIds, Type = TensorType.Bytes, Shape = [reply.PredictionIds.Length], Data = ToBytes(reply.PredictionIds) },
        ];
        return wanted.Length == 0 ? all : [.. wanted.Select(name => all.Single(output => output.Name == name))];
    }

    private static FeatureColumn ToColumn(Tensor tensor)
    {
        if (tensor.Type != TensorType.Bytes)
        {
            return new FeatureColumn { Name = tensor.Name, Numbers = MemoryMarshal.Cast<byte, double>(tensor.Data).ToArray() };
        }

        var texts = new string[tensor.Shape[0]];
        var rest = tensor.Data.AsSpan();
        for (var row = 0; row < texts.Length; row++)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            try
            {
                texts[row] = Strict.GetString(rest.Slice(sizeof(uint), length));
            }
            catch (DecoderFallbackException)
            {
                throw new InvalidInputException($"Input '{tensor.Name}' of row {row} is not UTF-8.", tensor.Name);
            }

            rest = rest[(sizeof(uint) + length)..];
        }

        return new FeatureColumn { Name = tensor.Name, Texts = texts };
    }

    private static byte[] ToBytes(string[] texts)
    {
        var data = new byte[texts.Sum(text => sizeof(uint) + Strict.GetByteCount(text))];
        var rest = data.AsSpan();
        foreach (var text in texts)
        {
            var length = Strict.GetBytes(text, rest[sizeof(uint)..]);
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)length);
            rest = rest[(sizeof(uint) + length)..];
        }

        return data;
    }
}
