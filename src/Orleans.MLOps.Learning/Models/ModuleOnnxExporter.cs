using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Writes TorchSharp modules in evaluation mode as ONNX models (opset 17, IR 8). A module is one of <see cref="SupportedModules"/>, or a
/// <see cref="Sequential"/> of such modules to any depth; a forward of one's own cannot be read and is refused. The same module and weights
/// always give the same bytes. <see cref="ModuleConversion"/> writes and checks in one call.
/// </summary>
public static class ModuleOnnxExporter
{
    /// <summary>Sizes that stand for dimensions of any size while shapes are found: of the first dimension, and of the others.</summary>
    private static readonly (long First, long Other)[] Probes = [(2, 16), (3, 16), (3, 24)];

    /// <summary>Names of the modules that can be exported, in alphabetical order.</summary>
    public static IReadOnlyList<string> SupportedModules { get; } =
        [.. OnnxLayers.ByModule.Keys.Append(typeof(Sequential)).Append(typeof(LSTM)).Append(typeof(GRU)).Select(type => type.Name).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Exports a module. It is run on zeros of several sizes to find shapes, and its training mode is restored afterwards; nobody else may use it
    /// meanwhile. Loads libtorch.
    /// </summary>
    /// <param name="module">
    /// The module, with weights in single precision, on the CPU. An <see cref="LSTM"/> gives the outputs <c>h_n</c> and <c>c_n</c> too, a <see cref="GRU"/>
    /// <c>h_n</c>; within a sequence, use <see cref="RecurrentLayer"/>.
    /// </param>
    /// <param name="input">Name, type (FP32, or INT64 for an embedding) and shape of the input; -1 for dimensions of any size, such as the batch.</param>
    /// <param name="output">Name of the output.</param>
    /// <returns>The ONNX file's bytes.</returns>
    /// <exception cref="NotSupportedException">A module or a setting of it has no counterpart; the message names its path and type.</exception>
    /// <exception cref="ArgumentException">The module refuses inputs of this shape, or a name is taken.</exception>
    internal static byte[] Export(torch.nn.Module module, EngineTensorSpec input, string output = "output")
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentException.ThrowIfNullOrEmpty(output);
        if (input.Type is not (ElementType.Float32 or ElementType.Int64))
            throw new NotSupportedException($"The input '{input.Name}' is {input.Type}; modules are exported with inputs of FP32 or INT64.");
        string[] names = [output, .. module switch { LSTM => ["h_n", "c_n"], GRU => ["h_n"], _ => Array.Empty<string>() }];
        if (names.Append(input.Name).Distinct(StringComparer.Ordinal).Count() <= names.Length || names.Append(input.Name).Any(name => name.StartsWith('/')))
            throw new ArgumentException($"Input and outputs need names of their own that do not begin with '/': {input.Name}, {string.Join(", ", names)}.");
        TorchNative.EnsureLoadable();
        TorchNative.UseThisThreadAlone();
        using var mode = new EvaluationMode(module);
        using var scope = torch.NewDisposeScope();
        using var inference = torch.no_grad();
        var type = input.Type == ElementType.Int64 ? torch.ScalarType.Int64 : torch.ScalarType.Float32;
        torch.Tensor[] given = [.. Probes.Select(probe => torch.zeros(
            [.. input.Shape.Select((size, axis) => size >= 0 ? size : axis == 0 ? probe.First : probe.Other)], type))];
        var graph = new OnnxGraph("module");
        graph.Input(input.Name, OnnxType(given[0]), Dimensions(input.Name, given));
        var results = Write(graph, string.Empty, module, input.Name, given);
        for (var i = 0; i < names.Length; i++)
        {
            graph.Node("Identity", names[i], [results[i].Name]);
            graph.Output(names[i], OnnxType(results[i].Probes[0]), Dimensions(names[i], results[i].Probes));
        }

        return graph.ToArray();
    }

    private static List<(string Name, torch.Tensor[] Probes)> Write(
        OnnxGraph graph, string path, torch.nn.Module module, string input, torch.Tensor[] given)
    {
        if (module.GetType() == typeof(Sequential))
        {
            var current = (Name: input, Probes: given);
            foreach (var (name, child) in module.named_children())
                current = Write(graph, path.Length == 0 ? name : $"{path}.{name}", child, current.Name, current.Probes)[0];
            return [current];
        }

        var write = Writer(path, module);
        torch.Tensor[][] outputs = [.. given.Select(probe => Forward(path, module, probe))];
        var layer = new OnnxLayer(graph, path, module, input, Shape(given));
        string[] written = write(layer);
        return [.. written.Select((name, i) => (name, outputs.Select(output => output[i]).ToArray()))];
    }

    private static Func<OnnxLayer, string[]> Writer(string path, torch.nn.Module module)
    {
        if (OnnxLayers.ByModule.TryGetValue(module.GetType(), out var single))
            return layer => [single(layer)];
        if (path.Length == 0 && module is LSTM or GRU)
            return layer => OnnxRecurrentLayers.Write(layer, module);
        throw new NotSupportedException(
            $"{OnnxLayer.Describe(path, module)} cannot be exported to ONNX. Supported are {string.Join(", ", SupportedModules)}; " +
            "LSTM and GRU only by themselves or within a RecurrentLayer.");
    }

    private static torch.Tensor[] Forward(string path, torch.nn.Module module, torch.Tensor probe)
    {
        try
        {
            return ModuleForward.Run(module, probe);
        }
        catch (Exception error) when (error is ExternalException or ArgumentException)
        {
            throw new ArgumentException(
                $"{OnnxLayer.Describe(path, module)} refuses an input of {probe.dtype} [{string.Join(", ", probe.shape)}]: {error.Message}", error);
        }
    }

    private static long[] Shape(torch.Tensor[] probes) =>
        [.. probes[0].shape.Select((size, axis) => probes.All(probe => probe.shape[axis] == size) ? size : -1)];

    private static OnnxDimension[] Dimensions(string value, torch.Tensor[] probes) =>
    [
        .. Shape(probes).Select((size, axis) =>
            size >= 0 ? size :
            probes[0].shape[axis] != probes[1].shape[axis] && probes[1].shape[axis] == probes[2].shape[axis] ? OnnxDimension.Batch :
            new OnnxDimension(-1, $"{value}_{axis}")),
    ];

    private static int OnnxType(torch.Tensor tensor) => tensor.dtype == torch.ScalarType.Int64 ? OnnxGraph.Int64 : OnnxGraph.Float;
}
