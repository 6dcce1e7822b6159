"""A BPMN file with a diagram, for what draws one."""

ORDER = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:i="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:d="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:kontor:test">
  <process id="order" name="Order" isExecutable="true">
    <startEvent id="received" name="Order received"/>
    <sequenceFlow id="to_check" sourceRef="received" targetRef="check"/>
    <userTask id="check" name="Check the order"/>
    <sequenceFlow id="to_ship" sourceRef="check" targetRef="ship"/>
    <userTask id="ship" name="Ship it"/>
    <sequenceFlow id="to_end" sourceRef="ship" targetRef="shipped"/>
    <endEvent id="shipped" name="Shipped"/>
  </process>
  <i:BPMNDiagram id="map">
    <i:BPMNPlane id="plane" bpmnElement="order">
      <i:BPMNShape id="s1" bpmnElement="received"><dc:Bounds x="100" y="102" width="36" height="36"/></i:BPMNShape>
      <i:BPMNShape id="s2" bpmnElement="check"><dc:Bounds x="200" y="80" width="120" height="80"/></i:BPMNShape>
      <i:BPMNShape id="s3" bpmnElement="ship"><dc:Bounds x="380" y="80" width="120" height="80"/></i:BPMNShape>
      <i:BPMNShape id="s4" bpmnElement="shipped"><dc:Bounds x="560" y="102" width="36" height="36"/></i:BPMNShape>
      <i:BPMNEdge id="e1" bpmnElement="to_check"><d:waypoint x="136" y="120"/><d:waypoint x="200" y="120"/></i:BPMNEdge>
      <i:BPMNEdge id="e2" bpmnElement="to_ship"><d:waypoint x="320" y="120"/><d:waypoint x="380" y="120"/></i:BPMNEdge>
      <i:BPMNEdge id="e3" bpmnElement="to_end"><d:waypoint x="500" y="120"/><d:waypoint x="560" y="120"/></i:BPMNEdge>
    </i:BPMNPlane>
  </i:BPMNDiagram>
</definitions>
"""
