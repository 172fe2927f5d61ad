using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Runs any ONNX model whose inputs and outputs are tensors, in ONNX Runtime with the process's one thread pool. Models that keep weights in
/// files beside them are refused, so that nothing outside the given bytes is read.
/// </summary>
public sealed class OnnxEngine : IModelEngine
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly EngineUsers _users;
    private readonly string[] _outputNames;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The ONNX file's bytes.</param>
    /// <exception cref="InvalidDataException">
    /// The bytes are not an ONNX model that can run: they are malformed, name operators that ONNX Runtime lacks, keep tensors in other files, or
    /// have inputs or outputs that are no tensors.
    /// </exception>
    public OnnxEngine(byte[] model)
    {
        ArgumentNullException.ThrowIfNull(model);
        OnnxContents.RequireSelfContained(model);
        using var options = OnnxRuntimeThreads.CreateSessionOptions();
        // ONNX Runtime would take its own format too, which the check above cannot read.
        options.AddSessionConfigEntry("session.load_model_format", "ONNX");
        try
        {
            _session = new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"The {model.Length} bytes are not an ONNX model that can be loaded: {error.Message}", error);
        }

        try
        {
            Inputs = [.. _session.InputNames.Select(name => Spec(name, _session.InputMetadata[name]))];
            Outputs = [.. _session.OutputNames.Select(name => Spec(name, _session.OutputMetadata[name]))];
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        _outputNames = [.. Outputs.Select(output => output.Name)];
        _users = new EngineUsers(this, Release);
    }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<EngineTensorSpec> Outputs { get; }

    /// <inheritdoc/>
    public EngineTensor[] Run(ReadOnlySpan<EngineTensor> inputs, ReadOnlySpan<string> outputs)
    {
        var names = new string[inputs.Length];
        var values = new OrtValue[inputs.Length];
        var pins = new GCHandle[inputs.Length];
        _users.Enter();
        try
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                names[i] = inputs[i].Name;
                values[i] = ToValue(inputs[i], ref pins[i]);
            }

            string[] wanted = outputs.IsEmpty ? _outputNames : outputs.ToArray();
            using var results = _session.Run(_options, names, values, wanted);
            var given = new EngineTensor[wanted.Length];
            for (var i = 0; i < wanted.Length; i++)
            {
                given[i] = FromValue(wanted[i], results[i]);
            }

            return given;
        }
        catch (OnnxRuntimeException error)
        {
            throw new ArgumentException($"The model could not compute these inputs: {error.Message}", nameof(inputs), error);
        }
        finally
        {
            foreach (var value in values)
                value?.Dispose();
            foreach (var pin in pins)
            {
                if (pin.IsAllocated)
                    pin.Free();
            }

            _users.Leave();
        }
    }

    /// <inheritdoc/>
    public void Interrupt()
    {
        _users.Enter();
        _options.Terminate = true;
        _users.Leave();
    }

    /// <inheritdoc/>
    public void Dispose() => _users.Dispose();

    private void Release()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private static EngineTensorSpec Spec(string name, NodeMetadata node)
    {
        if (!node.IsTensor)
            throw new InvalidDataException($"The ONNX model's '{name}' is a {node.OnnxValueType}; only tensors can be served.");
        long[] shape = [.. node.Dimensions.Select(dimension => dimension < 0 ? -1L : dimension)];
        return new EngineTensorSpec(name, FromOrt(name, node.ElementDataType), shape);
    }

    private static OrtValue ToValue(in EngineTensor tensor, ref GCHandle pin)
    {
        var count = EngineTensors.Require(tensor);
        if (tensor.Type == ElementType.Bytes)
            return Texts(tensor, (int)count);
        var type = ToOrt(tensor.Type);
        if (!MemoryMarshal.TryGetArray(tensor.Data, out var segment))
            segment = tensor.Data.ToArray();
        // An empty array has no address, and ONNX Runtime reads none of it.
        pin = GCHandle.Alloc(segment.Array!.Length == 0 ? new byte[1] : segment.Array, GCHandleType.Pinned);
        if ((pin.AddrOfPinnedObject() + segment.Offset) % tensor.Type.Size() != 0)
        {
            // Native code may use instructions that fault on elements that lie across their natural boundary.
            pin.Free();
            segment = segment.ToArray();
            pin = GCHandle.Alloc(segment.Array, GCHandleType.Pinned);
        }

        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, type, tensor.Shape, pin.AddrOfPinnedObject() + segment.Offset, segment.Count);
    }

    private static OrtValue Texts(in EngineTensor tensor, int count)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
        var rest = tensor.Data.Span;
        for (var i = 0; i < count; i++)
        {
            var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(rest);
            value.StringTensorSetElementAt(rest.Slice(sizeof(uint), length), i);
            rest = rest[(sizeof(uint) + length)..];
        }

        return value;
    }

    private static EngineTensor FromValue(string name, OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var type = FromOrt(name, info.ElementDataType);
        if (info.ElementCount > Array.MaxLength / Math.Max(type.Size(), 1))
            throw new ArgumentException($"'{name}' of shape [{string.Join(", ", info.Shape)}] is too large to be given back.");
        if (type != ElementType.Bytes)
            return new EngineTensor(name, type, info.Shape, value.GetTensorMutableRawData().ToArray());
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < info.ElementCount; i++)
        {
            var element = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)element.Length);
            bytes.Write(length);
            bytes.Write(element);
        }

        return new EngineTensor(name, type, info.Shape, bytes.ToArray());
    }

    private static TensorElementType ToOrt(ElementType type) => type switch
    {
        ElementType.Bool => TensorElementType.Bool,
        ElementType.UInt8 => TensorElementType.UInt8,
        ElementType.UInt16 => TensorElementType.UInt16,
        ElementType.UInt32 => TensorElementType.UInt32,
        ElementType.UInt64 => TensorElementType.UInt64,
        ElementType.Int8 => TensorElementType.Int8,
        ElementType.Int16 => TensorElementType.Int16,
        ElementType.Int32 => TensorElementType.Int32,
        ElementType.Int64 => TensorElementType.Int64,
        ElementType.Float16 => TensorElementType.Float16,
        ElementType.BFloat16 => TensorElementType.BFloat16,
        ElementType.Float32 => TensorElementType.Float,
        ElementType.Float64 => TensorElementType.Double,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "ONNX Runtime has no such type of elements."),
    };

    private static ElementType FromOrt(string name, TensorElementType type) => type switch
    {
        TensorElementType.Bool => ElementType.Bool,
        TensorElementType.UInt8 => ElementType.UInt8,
        TensorElementType.UInt16 => ElementType.UInt16,
        TensorElementType.UInt32 => ElementType.UInt32,
        TensorElementType.UInt64 => ElementType.UInt64,
        TensorElementType.Int8 => ElementType.Int8,
        TensorElementType.Int16 => ElementType.Int16,
        TensorElementType.Int32 => ElementType.Int32,
        TensorElementType.Int64 => ElementType.Int64,
        TensorElementType.Float16 => ElementType.Float16,
        TensorElementType.BFloat16 => ElementType.BFloat16,
        TensorElementType.Float => ElementType.Float32,
        TensorElementType.Double => ElementType.Float64,
        TensorElementType.String => ElementType.Bytes,
        _ => throw new InvalidDataException($"The ONNX model's '{name}' has elements of type {type}, which cannot be served."),
    };
}
