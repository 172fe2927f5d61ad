using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Orleans.MLOps.Client.Specifications;

/// <summary>Reads YAML as a message, by the message's own descriptor.</summary>
internal static class YamlMessageReader
{
    private const int DeepestNesting = 32;

    /// <exception cref="InvalidInputException">The text is no YAML, or not of the message's form.</exception>
    public static T Read<T>(string text)
        where T : IMessage<T>, new()
    {
        try
        {
            CheckForm(text);
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents is [var document]
                ? (T)ReadMessage(document.RootNode, new T(), "")
                : throw new InvalidInputException($"The specification has {stream.Documents.Count} YAML documents; one is expected.", "specification");
        }
        catch (YamlException error)
        {
            throw new InvalidInputException($"Line {error.Start.Line}, column {error.Start.Column}: {error.InnerException?.Message ?? error.Message}", "specification", error);
        }
    }

    /// <summary>What is bound to be refused, before a tree is made of it: nesting that no stack holds, and aliases, by which a short text names very much.</summary>
    private static void CheckForm(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is AnchorAlias)
            {
                throw new InvalidInputException($"Line {parser.Current.Start.Line}, column {parser.Current.Start.Column}: an alias; write out what it stands for.", "specification");
            }

            if (depth > DeepestNesting)
            {
                throw new InvalidInputException($"Line {parser.Current.Start.Line}, column {parser.Current.Start.Column}: nested more than {DeepestNesting} deep.", "specification");
            }
        }
    }

    private static IMessage ReadMessage(YamlNode node, IMessage message, string path)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Refuse(node, path, $"{Named(path)} must have fields, such as {message.Descriptor.Fields.InDeclarationOrder()[0].Name}.");
        }

        foreach (var (key, value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            var field = message.Descriptor.FindFieldByName(name)
                ?? throw Refuse(key, path, $"{Named(path)} has no field '{name}'; it has {string.Join(", ", message.Descriptor.Fields.InDeclarationOrder().Select(known => known.Name))}.");
            ReadField(value, message, field, path.Length == 0 ? name : $"{path}.{name}");
        }

        return message;
    }

    private static void ReadField(YamlNode node, IMessage message, FieldDescriptor field, string path)
    {
        if (field.IsMap || !field.IsRepeated)
        {
            field.Accessor.SetValue(message, field.IsMap ? throw Refuse(node, path, $"{path} cannot be given in YAML.") : ReadValue(node, field, path));
            return;
        }

        if (node is not YamlSequenceNode sequence)
        {
            throw Refuse(node, path, $"{path} must be a list.");
        }

        var list = (IList)field.Accessor.GetValue(message);
        foreach (var (index, item) in sequence.Children.Index())
        {
            list.Add(ReadValue(item, field, $"{path}[{index}]"));
        }
    }

    private static object ReadValue(YamlNode node, FieldDescriptor field, string path)
    {
        if (field.FieldType == FieldType.Message && field.MessageType != Duration.Descriptor && field.MessageType != Timestamp.Descriptor)
        {
            return ReadMessage(node, field.MessageType.Parser.ParseFrom(ByteString.Empty), path);
        }

        return node is YamlScalarNode { Value: { } text } scalar
            ? YamlScalars.Read(text, scalar.Style == ScalarStyle.Plain, field) ?? throw Refuse(node, path, $"{path} is '{text}'; it must be {YamlScalars.Describe(field)}.")
            : throw Refuse(node, path, $"{path} must be {YamlScalars.Describe(field)}.");
    }

    private static string Named(string path) => path.Length == 0 ? "The specification" : path;

    private static InvalidInputException Refuse(YamlNode node, string path, string reason) =>
        new($"Line {node.Start.Line}, column {node.Start.Column}: {reason}", path.Length == 0 ? "specification" : path);
}
