namespace Orleans.MLOps.Learning.Models;

/// <summary>Attributes of ONNX nodes.</summary>
internal static class OnnxAttribute
{
    private const int FloatType = 1;
    private const int IntType = 2;
    private const int TextType = 3;
    private const int IntsType = 7;

    public static OnnxMessage Int(string name, long value) => new OnnxMessage().Text(1, name).Number(3, value).Number(20, IntType);

    public static OnnxMessage Float(string name, double value) => new OnnxMessage().Text(1, name).Single(2, (float)value).Number(20, FloatType);

    public static OnnxMessage Text(string name, string value) => new OnnxMessage().Text(1, name).Text(4, value).Number(20, TextType);

    public static OnnxMessage Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new OnnxMessage().Text(1, name);
        foreach (var value in values)
            attribute.Number(8, value);
        return attribute.Number(20, IntsType);
    }
}
