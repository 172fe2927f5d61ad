using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Orleans.MLOps.Learning.Tests.Serving;

/// <summary>Writes TorchScript archives: TorchSharp can only save what it loaded before.</summary>
internal static class TorchScriptFile
{
    /// <summary>An archive of one module with a parameter <c>scale</c>.</summary>
    /// <param name="forward">Signature after <c>self</c> and body of forward, such as <c>x: Tensor) -&gt; Tensor:\n    return x</c>.</param>
    /// <param name="scale">Values of the parameter.</param>
    public static byte[] Write(string forward, params float[] scale)
    {
        var code = "class M(Module):\n  __parameters__ = [\"scale\", ]\n  __buffers__ = []\n  scale : Tensor\n  training : bool\n" +
            $"  def forward(self: __torch__.M,\n    {forward}\n";
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "data.pkl", Module(scale.Length));
            Add(archive, "code/__torch__.py", Encoding.UTF8.GetBytes(code));
            Add(archive, "data/0", MemoryMarshal.AsBytes(scale.AsSpan()).ToArray());
            Add(archive, "constants.pkl", [0x80, 2, (byte)')', (byte)'.']);
            Add(archive, "version", "3\n"u8.ToArray());
        }

        return file.ToArray();
    }

    /// <summary>The pickle, protocol 2, of a module in training mode whose parameter lies in the archive's first storage.</summary>
    private static byte[] Module(int length)
    {
        var count = (byte)length;
        var pickle = new List<byte> { 0x80, 2 };
        pickle.AddRange([.. "c__torch__\nM\n)"u8, 0x81, .. "}("u8]);
        Text(pickle, "training");
        pickle.Add(0x88);
        Text(pickle, "scale");
        pickle.AddRange("ctorch._utils\n_rebuild_tensor_v2\n(("u8);
        Text(pickle, "storage");
        pickle.AddRange("ctorch\nFloatStorage\n"u8);
        Text(pickle, "0");
        Text(pickle, "cpu");
        pickle.AddRange([(byte)'K', count, (byte)'t', (byte)'Q', (byte)'K', 0, (byte)'K', count, 0x85, (byte)'K', 1, 0x85, 0x89]);
        pickle.AddRange("ccollections\nOrderedDict\n)RtRub."u8);
        return [.. pickle];
    }

    private static void Text(List<byte> pickle, string text) => pickle.AddRange([(byte)'X', (byte)text.Length, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)]);

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        using var entry = archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
