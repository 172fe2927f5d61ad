using TorchSharp;
using TorchSharp.Modules;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Writes recurrent networks, one ONNX node a layer. ONNX orders the gates of an LSTM input, output, forget, cell where Torch has input, forget,
/// cell, output, and those of a GRU update, reset, hidden where Torch has reset, update, new.
/// </summary>
internal static class OnnxRecurrentLayers
{
    private static readonly int[] LstmGates = [0, 3, 1, 2];
    private static readonly int[] GruGates = [1, 0, 2];

    /// <summary>Writes a wrapped network.</summary>
    /// <returns>Its one output.</returns>
    public static string Write(OnnxLayer layer)
    {
        var module = layer.Module<RecurrentLayer>();
        var outputs = Write(layer, module.Network)[0];
        return module.LastStep
            ? layer.Node("Gather", "last", [outputs, layer.Integer("last_step", -1)], OnnxAttribute.Int("axis", module.BatchFirst ? 1 : 0))
            : outputs;
    }

    /// <summary>Writes a network.</summary>
    /// <returns>The outputs of all steps, then the final states as Torch gives them.</returns>
    public static string[] Write(OnnxLayer layer, torch.nn.Module network)
    {
        layer.RequireRank(3);
        var lstm = network is LSTM;
        var batchFirst = RecurrentLayer.TakesBatchFirst(network);
        var weights = network.state_dict();
        var states = new List<string>[] { [], [] };
        var current = batchFirst ? layer.Node("Transpose", "steps_first", [layer.Input], OnnxAttribute.Ints("perm", 1, 0, 2)) : layer.Input;
        for (var depth = 0; weights.ContainsKey($"weight_ih_l{depth}"); depth++)
        {
            string[] directions = weights.ContainsKey($"weight_ih_l{depth}_reverse") ? [$"l{depth}", $"l{depth}_reverse"] : [$"l{depth}"];
            var hidden = weights[$"weight_hh_l{depth}"].shape[1];
            var gates = lstm ? LstmGates : GruGates;
            var inner = layer.Weight($"W_{depth}", Stack(directions, direction => Order(weights[$"weight_ih_{direction}"], gates)));
            var recurrent = layer.Weight($"R_{depth}", Stack(directions, direction => Order(weights[$"weight_hh_{direction}"], gates)));
            var bias = !weights.ContainsKey($"bias_ih_l{depth}") ? string.Empty : layer.Weight(
                $"B_{depth}",
                Stack(directions, direction => torch.cat(
                    [Order(weights[$"bias_ih_{direction}"], gates), Order(weights[$"bias_hh_{direction}"], gates)], 0)));
            List<OnnxMessage> attributes =
            [
                OnnxAttribute.Int("hidden_size", hidden),
                OnnxAttribute.Text("direction", directions.Length == 2 ? "bidirectional" : "forward"),
            ];
            if (!lstm)
                attributes.Add(OnnxAttribute.Int("linear_before_reset", 1));
            string[] outputs = [$"Y_{depth}", $"Y_h_{depth}", .. lstm ? [$"Y_c_{depth}"] : Array.Empty<string>()];
            string[] inputs = bias.Length == 0 ? [current, inner, recurrent] : [current, inner, recurrent, bias];
            var written = layer.Nodes(lstm ? "LSTM" : "GRU", outputs, inputs, [.. attributes]);
            for (var state = 1; state < written.Length; state++)
                states[state - 1].Add(written[state]);

            // From [steps, directions, batch, hidden] to the directions side by side.
            var beside = layer.Node("Transpose", $"beside_{depth}", [written[0]], OnnxAttribute.Ints("perm", 0, 2, 1, 3));
            current = layer.Node("Reshape", $"joined_{depth}", [beside, layer.Integers($"joined_shape_{depth}", 0, 0, directions.Length * hidden)]);
        }

        if (batchFirst)
            current = layer.Node("Transpose", "batch_first", [current], OnnxAttribute.Ints("perm", 1, 0, 2));
        return
        [
            current,
            .. states.Where(state => state.Count > 0)
                .Select((state, i) => layer.Node("Concat", $"state_{i}", [.. state], OnnxAttribute.Int("axis", 0))),
        ];
    }

    private static torch.Tensor Stack(string[] directions, Func<string, torch.Tensor> tensor) => torch.stack(directions.Select(tensor).ToArray(), 0);

    private static torch.Tensor Order(torch.Tensor tensor, int[] gates)
    {
        var blocks = tensor.chunk(gates.Length, 0);
        return torch.cat([.. gates.Select(gate => blocks[gate])], 0);
    }
}
