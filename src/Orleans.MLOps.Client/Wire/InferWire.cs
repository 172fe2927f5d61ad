using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Wire;

/// <summary>Tensors, mapped by hand: this is the hot path. Data is shared between record and message, which both are immutable.</summary>
internal static class InferWire
{
    private static readonly InferRequest Defaults = new() { Endpoint = "" };

    public static W.InferRequest ToMessage(InferRequest request)
    {
        var message = new W.InferRequest
        {
            Project = request.Project ?? throw Null("project"),
            Endpoint = request.Endpoint ?? throw Null("endpoint"),
            Priority = request.Priority,
            MinimumRevision = request.MinimumRevision,
            MustNotRecord = request.MustNotRecord,
            IsRepeat = request.IsRepeat,
        };
        if (request.Version is { } version)
        {
            message.Version = version;
        }

        if (request.Label is { } label)
        {
            message.Label = label;
        }

        if (request.RequestId is { } id)
        {
            message.RequestId = id;
        }

        if (request.AffinityKey is { } key)
        {
            message.AffinityKey = key;
        }

        if (request.OperationId is { } operation)
        {
            message.OperationId = operation;
        }

        if (request.Timeout is { } timeout)
        {
            message.Timeout = Duration.FromTimeSpan(timeout);
        }

        Add(message.Inputs, request.Inputs, "inputs");
        WireArrays.Add(message.Outputs, request.Outputs, "outputs");
        return message;
    }

    public static InferRequest ToRecord(W.InferRequest message) => new()
    {
        Project = message.HasProject ? message.Project : Defaults.Project,
        Endpoint = message.Endpoint,
        Version = message.HasVersion ? message.Version : null,
        Label = message.HasLabel ? message.Label : null,
        RequestId = message.HasRequestId ? message.RequestId : null,
        Inputs = ToRecords(message.Inputs),
        Outputs = WireArrays.Copy(message.Outputs),
        AffinityKey = message.HasAffinityKey ? message.AffinityKey : null,
        Timeout = message.Timeout?.ToTimeSpan(),
        Priority = message.HasPriority ? message.Priority : Defaults.Priority,
        MinimumRevision = message.MinimumRevision,
        MustNotRecord = message.MustNotRecord,
        OperationId = message.HasOperationId ? message.OperationId : null,
        IsRepeat = message.IsRepeat,
    };

    public static W.InferReply ToMessage(InferReply reply)
    {
        var message = new W.InferReply
        {
            Version = reply.Version,
            Variant = reply.Variant,
            Times = new W.InferTimes
            {
                QueueMicroseconds = reply.Times.QueueMicroseconds,
                InferMicroseconds = reply.Times.InferMicroseconds,
                BatchRows = reply.Times.BatchRows,
            },
        };
        Add(message.Outputs, reply.Outputs, "outputs");
        return message;
    }

    public static InferReply ToRecord(W.InferReply message) => new()
    {
        Version = message.Version,
        Variant = message.Variant,
        Outputs = ToRecords(message.Outputs),
        Times = message.Times is { } times
            ? new() { QueueMicroseconds = times.QueueMicroseconds, InferMicroseconds = times.InferMicroseconds, BatchRows = times.BatchRows }
            : new(),
    };

    /// <summary>The bytes of a field, without a copy where they are an array of their own.</summary>
    public static byte[] Bytes(ByteString value) =>
        MemoryMarshal.TryGetArray(value.Memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : value.ToByteArray();

    private static void Add(Google.Protobuf.Collections.RepeatedField<W.Tensor> fields, Tensor[] tensors, string field)
    {
        foreach (var tensor in tensors ?? throw Null(field))
        {
            var message = new W.Tensor
            {
                Name = tensor?.Name ?? throw Null($"{field}.name"),
                Type = (W.TensorType)tensor.Type,
                Data = UnsafeByteOperations.UnsafeWrap(tensor.Data ?? throw Null($"{field}.data")),
            };
            message.Shape.AddRange(tensor.Shape ?? throw Null($"{field}.shape"));
            fields.Add(message);
        }
    }

    private static Tensor[] ToRecords(Google.Protobuf.Collections.RepeatedField<W.Tensor> fields)
    {
        var tensors = new Tensor[fields.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var message = fields[i];
            tensors[i] = new Tensor { Name = message.Name, Type = (TensorType)message.Type, Shape = WireArrays.Copy(message.Shape), Data = Bytes(message.Data) };
        }

        return tensors;
    }

    private static InvalidInputException Null(string field) => new($"{field} is null: a value is required.", field);
}
