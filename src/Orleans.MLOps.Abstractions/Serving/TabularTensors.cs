using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.MLOps.Features;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Serving;

/// <summary>
/// A network of the platform as tensors: each column that the caller gives is a tensor of shape [rows], FP64 for numbers and BYTES of UTF-8 for
/// texts; the outputs are <c>probability</c> FP64 and, where predictions are recorded, <c>prediction_id</c> BYTES, which names each for its label. Pure.
/// </summary>
internal static class TabularTensors
{
    public const string Probability = "probability";
    public const string PredictionIds = "prediction_id";

    private static readonly TensorSpec[] Unrecorded = [new() { Name = Probability, Type = TensorType.Float64, Shape = [-1] }];

    private static readonly TensorSpec[] Recorded = [.. Unrecorded, new() { Name = PredictionIds, Type = TensorType.Bytes, Shape = [-1] }];

    /// <summary>The signature of a route: columns that windows compute are not the caller's.</summary>
    public static TensorSignature SignatureOf(FeatureLayout layout, IReadOnlyCollection<SignatureColumn> columns) => SignatureOf(
        [.. layout.CallerInputs.Select(name => columns.FirstOrDefault(column => column.Name == name) ?? new SignatureColumn { Name = name, Categorical = true })]);

    public static TensorSignature SignatureOf(IReadOnlyCollection<SignatureColumn> columns, bool recorded = true) => new()
    {
        Inputs = [.. columns.Select(column => new TensorSpec { Name = column.Name, Type = column.Categorical ? TensorType.Bytes : TensorType.Float64, Shape = [-1] })],
        Outputs = recorded ? Recorded : Unrecorded,
    };

    /// <exception cref="InvalidInputException">A text is not UTF-8.</exception>
    public static PredictRequest ToRequest(InferRequest request) => new()
    {
        Project = request.Project,
        Endpoint = request.Endpoint,
        Columns = ToColumns(request.Inputs),
        MinimumRevision = request.MinimumRevision,
        OperationId = request.OperationId,
        IsRepeat = request.IsRepeat,
        Timeout = request.Timeout,
        Priority = request.Priority,
        AffinityKey = request.AffinityKey,
    };

    /// <exception cref="InvalidInputException">A text is not UTF-8.</exception>
    public static FeatureColumn[] ToColumns(Tensor[] inputs) => Array.ConvertAll(inputs, ToColumn);

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
                texts[row] = TensorElements.Utf8.GetString(rest.Slice(sizeof(uint), length));
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
        var data = new byte[texts.Sum(text => sizeof(uint) + TensorElements.Utf8.GetByteCount(text))];
        var rest = data.AsSpan();
        foreach (var text in texts)
        {
            var length = TensorElements.Utf8.GetBytes(text, rest[sizeof(uint)..]);
            BinaryPrimitives.WriteUInt32LittleEndian(rest, (uint)length);
            rest = rest[(sizeof(uint) + length)..];
        }

        return data;
    }
}
